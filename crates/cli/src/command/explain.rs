//! `batchcast explain`.

use batchcast_lark::codes as lark;
use batchcast_tim::codes as tim;

use crate::args::{ExplainArgs, Via};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{Explanation, Output};

pub(crate) fn explain(args: &ExplainArgs, output: &Output) -> Result<Exit, Failure> {
    if args.code == 0 {
        return Err(Failure::input("0 is no error: it says success"));
    }
    // Feishu and Lark share one set of codes.
    let (of_lark, of_tim) = (args.via != Some(Via::Tim), matches!(args.via, None | Some(Via::Tim)));
    let mut explanations = Vec::new();
    if of_lark {
        explanations.extend(lark::find(args.code).map(Explanation::of_lark));
        explanations.extend(lark::find_card(args.code).map(Explanation::of_card));
    }
    if of_tim {
        explanations.extend(tim::find(args.code).map(Explanation::of_tim));
    }
    if explanations.is_empty() {
        return Err(Failure::input(format!("no document that we know of explains the code {}", args.code)).with_hint(
            "such an answer counts as unknown: nobody can know who got the message, so do not send it again unless \
             you are sure",
        ));
    }
    output.explanations(&explanations);
    Ok(Exit::Done)
}
