//! The sub-codes that say what is wrong with a card. They stand in the text of an 11246 (Feishu,
//! *Send messages in batches*, 2026-03-03).

/// One sub-code of 11246, explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardCode {
    /// The number after `ErrCode:`.
    pub code: i64,
    /// The vendor's own wording, without the values it fills in.
    pub text: &'static str,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// In ascending order.
pub(super) static CARD_CODES: [CardCode; 9] = [
    CardCode {
        code: 100290,
        text: "There is an invalid user resource(at/person) in your card",
        meaning: "A mention or a person in the card has an id that does not exist for this app.",
        remedy: "Correct the ids in the card's `at` and `person` parts; an open_id is valid for one app only.",
    },
    CardCode {
        code: 200380,
        text: "template does not exist, please confirm whether this template has been released",
        meaning: "There is no published template with this id.",
        remedy: "Publish the template in the card builder, and check template_id and template_version_name.",
    },
    CardCode {
        code: 200381,
        text: "template is not visible to app",
        meaning: "The template exists, but this app may not use it.",
        remedy: "Add this app to the template's apps in the card builder, then publish the template.",
    },
    CardCode {
        code: 200550,
        text: "chart spec is invalid",
        meaning: "The definition of a chart in the card is wrong.",
        remedy: "Correct the chart_spec of the chart that ErrPath names.",
    },
    CardCode {
        code: 200570,
        text: "card contains invalid image keys",
        meaning: "An image_key in the card does not exist, or belongs to another app.",
        remedy: "Upload the card's images again with this very app and use the keys from those answers.",
    },
    CardCode {
        code: 200621,
        text: "parse card json err, please check whether the card json is correct",
        meaning: "The card is not JSON of the form that its schema asks for.",
        remedy: "Check the card in the card builder; in a card of schema 2.0 the elements belong into `body`, not to the top level.",
    },
    CardCode {
        code: 200732,
        text: "actual type of the variable is inconsistent with the specified type in the template",
        meaning: "A template variable has a value of another type than the template asks for.",
        remedy: "Change the value in template_variable to the specifiedType in the text of the answer.",
    },
    CardCode {
        code: 200861,
        text: "cards of schema V2 no longer support this capability",
        meaning: "A card of schema 2.0 uses a tag that only schema 1.0 has, such as `note` or `action`.",
        remedy: "Replace the tag that ErrorValue names, or write the card in schema 1.0.",
    },
    CardCode {
        code: 200914,
        text: "table rows is invalid",
        meaning: "A row of a table in the card does not fit the table's columns.",
        remedy: "Correct the cell that the text of the answer names; row and column count from 0.",
    },
];

/// The entry of a sub-code of 11246, if it is known.
#[must_use]
pub fn find_card(sub: i64) -> Option<&'static CardCode> {
    let at = CARD_CODES.binary_search_by_key(&sub, |entry| entry.code).ok()?;
    Some(&CARD_CODES[at])
}

/// The number after the first `ErrCode:` that is followed by one, as in
/// `Failed to create card content, ext=ErrCode: 200621; ErrMsg: …`.
///
/// The exact text on batch_send is not documented, so nothing else of it is looked at.
#[must_use]
pub fn card_code_in(msg: &str) -> Option<i64> {
    msg.split("ErrCode:").skip(1).find_map(|rest| {
        let rest = rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    })
}
