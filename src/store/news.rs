//! What nodes of one database tell each other. Numbers of rows are in the order of commits.

use super::{StoreError, Tx, params};

/// Rows that are read at a time.
pub const PAGE: usize = 1000;
/// Seconds after which a row is of no use.
pub const RELEVANT: i64 = 60 * 60;
/// Rows that are cleared away at a time, beyond as many as are added.
const CLEARED: usize = 100;

/// What there is to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub topic: &'static str,
    /// A pseudonym.
    pub about: String,
    pub amount: u32,
}

/// What was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewsRow {
    pub id: i64,
    /// Who told it.
    pub node: String,
    pub topic: String,
    /// A pseudonym.
    pub about: String,
    pub amount: i32,
    /// Seconds since.
    pub age: i64,
}

/// Items that a node tells together.
#[derive(Clone, Debug)]
pub struct Batch {
    pub node: String,
    /// Different for each batch of a node.
    pub number: i64,
    /// A row that was there before the batch was first tried to be told.
    pub after: i64,
    pub items: Vec<Item>,
}

/// Tells a batch, unless it has been told, and clears away some of what is of no use any more.
pub fn tell(tx: &Tx<'_>, batch: &Batch) -> Result<(), StoreError> {
    let items = batch.items.iter();
    let items: Vec<_> = items
        .map(|it| (it.topic, &it.about, it.amount.to_string()))
        .collect();
    let items = serde_json::json!(items).to_string();
    tx.execute(
        "INSERT INTO news (id, node, batch, topic, about, amount, at)
         SELECT (SELECT coalesce(max(id), 0) FROM news) + 1 + key, CAST(?2 AS TEXT),
             CAST(?3 AS BIGINT), value ->> 0, value ->> 1, CAST(value ->> 2 AS INTEGER),
             unixepoch()
         FROM json_each(?1)
         WHERE NOT EXISTS (
             SELECT 1 FROM news WHERE id > CAST(?4 AS BIGINT) AND node = CAST(?2 AS TEXT)
               AND batch = CAST(?3 AS BIGINT))",
        params![&items, &batch.node, batch.number, batch.after],
    )?;
    let cleared = i64::try_from(batch.items.len() + CLEARED).unwrap_or(i64::MAX);
    tx.execute(
        "DELETE FROM news
         WHERE id IN (SELECT id FROM news ORDER BY id LIMIT ?2)
           AND at < unixepoch() - CAST(?1 AS BIGINT) AND id < (SELECT max(id) FROM news)",
        params![RELEVANT, cleared],
    )?;
    Ok(())
}

/// What was told after a row, a page of it.
pub fn after(tx: &Tx<'_>, id: i64) -> Result<Vec<NewsRow>, StoreError> {
    let page = i64::try_from(PAGE).unwrap_or(i64::MAX);
    tx.query(
        "SELECT id, node, topic, about, amount, unixepoch() - at FROM news
         WHERE id > ?1 ORDER BY id LIMIT ?2",
        params![id, page],
        |row| {
            Ok(NewsRow {
                id: row.get(0)?,
                node: row.get(1)?,
                topic: row.get(2)?,
                about: row.get(3)?,
                amount: row.get(4)?,
                age: row.get(5)?,
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, testing};

    fn batch(number: i64, items: usize) -> Batch {
        let item = |number: usize| Item {
            topic: "account",
            about: format!("{number:032x}"),
            amount: 7,
        };
        Batch {
            node: "one".to_owned(),
            number,
            after: 0,
            items: (0..items).map(item).collect(),
        }
    }

    fn told(store: &Store, batch: Batch) {
        let written = store.write(move |tx| Ok(tell(tx, &batch)?));
        written.expect("told");
    }

    fn ids(store: &Store, id: i64) -> Vec<i64> {
        let rows = store.read(|tx| Ok(after(tx, id)?)).expect("read");
        rows.iter().map(|row| row.id).collect()
    }

    #[test]
    fn what_is_told_is_read_once_and_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = testing::open(&folder.path().join("test.db"));
        told(&store, batch(1, 2));
        let rows = store.read(|tx| Ok(after(tx, 0)?)).expect("read");
        let second = &rows[1];
        assert!((0..5).contains(&second.age), "{}", second.age);
        let expected = NewsRow {
            id: 2,
            node: "one".to_owned(),
            topic: "account".to_owned(),
            about: format!("{:032x}", 1),
            amount: 7,
            age: second.age,
        };
        assert_eq!(*second, expected);
        told(&store, batch(1, 2));
        assert_eq!(ids(&store, 0), [1, 2], "the same batch is told once");
        told(&store, batch(2, 1));
        assert_eq!(ids(&store, 1), [2, 3]);
    }

    #[test]
    fn old_rows_go_and_numbers_are_not_given_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = testing::open(&folder.path().join("test.db"));
        told(&store, batch(1, 150));
        let aged = store.write(|tx| Ok(tx.execute("UPDATE news SET at = at - 3700", &[])?));
        aged.expect("aged");
        told(&store, batch(2, 1));
        assert_eq!(ids(&store, 0).first(), Some(&102), "a limited number goes");
        let aged = store.write(|tx| Ok(tx.execute("UPDATE news SET at = at - 3700", &[])?));
        aged.expect("aged");
        told(&store, batch(3, 1));
        assert_eq!(ids(&store, 0), [152]);
    }
}
