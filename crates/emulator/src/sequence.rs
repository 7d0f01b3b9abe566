//! Ids that look random, never repeat, and are the same for the same seed.

/// What the ids of a sequence are for; two purposes never share ids.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Message = 1,
    Token = 2,
    LogId = 3,
    MsgSeq = 4,
    MsgId = 5,
    Image = 6,
    Fault = 7,
    Demo = 8,
}

/// 128-bit ids from a counter.
///
/// The upper half is a bijection of the counter (the finaliser of SplitMix64), so no id comes twice in 2^64.
#[derive(Debug)]
pub(crate) struct Sequence {
    state: u64,
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Sequence {
    pub(crate) fn new(seed: u64, purpose: Purpose) -> Self {
        Self { state: mix(seed ^ mix(purpose as u64)) }
    }

    pub(crate) fn next_id(&mut self) -> u128 {
        self.state = self.state.wrapping_add(GOLDEN);
        let upper = mix(self.state);
        (u128::from(upper) << 64) | u128::from(mix(upper ^ GOLDEN))
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn first(seed: u64, purpose: Purpose, n: usize) -> Vec<u128> {
        let mut sequence = Sequence::new(seed, purpose);
        (0..n).map(|_| sequence.next_id()).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        assert_eq!(first(7, Purpose::Message, 50), first(7, Purpose::Message, 50));
    }

    #[test]
    fn no_id_repeats_within_or_across_purposes_and_seeds() {
        let mut seen = HashSet::new();
        for seed in 0..20 {
            for purpose in
                [Purpose::Message, Purpose::Token, Purpose::LogId, Purpose::MsgSeq, Purpose::MsgId, Purpose::Image]
            {
                for id in first(seed, purpose, 500) {
                    assert!(seen.insert(id), "seed {seed}, {purpose:?}: {id:x} twice");
                }
            }
        }
    }
}
