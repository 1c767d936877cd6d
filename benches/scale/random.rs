//! Numbers without order, the same in every run.

/// A row of numbers (SplitMix64).
pub struct Random {
    state: u64,
    users: u32,
}

impl Random {
    pub fn new() -> Self {
        Self {
            state: 88,
            users: 1,
        }
    }

    /// Another row, of users among so many.
    pub fn among(&mut self, users: u32) -> Self {
        Self {
            state: self.number(),
            users,
        }
    }

    /// The number of a user, from 1 on.
    pub fn user(&mut self) -> u32 {
        let below = self.number() % u64::from(self.users);
        u32::try_from(below).expect("below a number of 32 bits") + 1
    }

    fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
