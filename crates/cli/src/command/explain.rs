//! `batchcast explain`.

use batchcast_lark::codes;

use crate::args::ExplainArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{Explanation, Output};

pub(crate) fn explain(args: &ExplainArgs, output: &Output) -> Result<Exit, Failure> {
    // Feishu and Lark share one set of codes, so naming one of them narrows nothing.
    let explanations: Vec<_> = codes::find(args.code)
        .map(Explanation::of_code)
        .into_iter()
        .chain(codes::find_card(args.code).map(Explanation::of_card))
        .collect();
    if explanations.is_empty() {
        return Err(Failure::input(format!("no document that we know of explains the code {}", args.code)).with_hint(
            "such an answer counts as unknown: nobody can know who got the message, so do not send it again unless \
             you are sure",
        ));
    }
    output.explanations(&explanations);
    Ok(Exit::Done)
}
