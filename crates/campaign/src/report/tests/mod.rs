mod csv;
mod jsonl;
pub(super) mod sample;
mod stream;
