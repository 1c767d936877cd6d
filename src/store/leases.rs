//! Leases: what one node at a time may do, until it says that it is done or a time is over. Times
//! are those of the database, so that the clocks of nodes do not matter.

use super::{StoreError, Tx, params};

/// Takes a lease for some seconds, if nobody else has it.
pub fn take(tx: &Tx<'_>, name: &str, owner: &str, seconds: i64) -> Result<bool, StoreError> {
    let taken = tx.execute(
        "INSERT INTO lease (name, owner, until) VALUES (?1, ?2, unixepoch() + CAST(?3 AS BIGINT))
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
             WHERE lease.until <= unixepoch()",
        params![name, owner, seconds],
    )?;
    Ok(taken > 0)
}

/// Whether nobody has a lease.
pub fn is_free(tx: &Tx<'_>, name: &str) -> Result<bool, StoreError> {
    tx.one(
        "SELECT count(*) FROM lease WHERE name = ?1 AND until > unixepoch()",
        params![name],
        |row| Ok(row.get::<i64>(0)? == 0),
    )
}

/// Keeps a lease for some more seconds. False when somebody else has got it: its time was over.
pub fn keep(tx: &Tx<'_>, name: &str, owner: &str, seconds: i64) -> Result<bool, StoreError> {
    let kept = tx.execute(
        "UPDATE lease SET until = unixepoch() + CAST(?3 AS BIGINT) WHERE name = ?1 AND owner = ?2",
        params![name, owner, seconds],
    )?;
    Ok(kept > 0)
}

/// Gives a lease back. One that somebody else has got stays theirs.
pub fn give_back(tx: &Tx<'_>, name: &str, owner: &str) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM lease WHERE name = ?1 AND owner = ?2",
        params![name, owner],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, testing};

    fn write(
        store: &Store,
        work: impl Fn(&Tx<'_>) -> Result<bool, StoreError> + Send + 'static,
    ) -> bool {
        store.write(move |tx| Ok(work(tx)?)).expect("written")
    }

    #[test]
    fn one_has_it_until_it_is_given_back_or_its_time_is_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let [one, two] = [(); 2].map(|()| testing::open(&folder.path().join("test.db")));
        let take = |store, owner: &'static str| write(store, move |tx| take(tx, "a", owner, 60));
        let keep = |store, owner: &'static str| write(store, move |tx| keep(tx, "a", owner, 60));
        let is_free = || one.read(|tx| Ok(is_free(tx, "a")?)).expect("read");
        assert!(is_free());
        assert!(take(&one, "one"));
        assert!(!take(&two, "two") && !is_free());
        assert!(keep(&one, "one") && !keep(&two, "two"));
        write(&two, |tx| give_back(tx, "a", "two").map(|()| true));
        assert!(!is_free(), "nobody gives back what is not theirs");
        write(&one, |tx| give_back(tx, "a", "one").map(|()| true));
        assert!(is_free() && take(&two, "two"));

        let over = "UPDATE lease SET until = unixepoch() - 1";
        write(&one, move |tx| Ok(tx.execute(over, &[])? > 0));
        assert!(keep(&two, "two"), "nobody has taken it");
        write(&one, move |tx| Ok(tx.execute(over, &[])? > 0));
        assert!(take(&one, "one") && !keep(&two, "two"));
    }
}
