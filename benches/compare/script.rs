//! From the log of a PostgreSQL to a script for pgbench.

/// A statement that was logged.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    sql: String,
    /// Values of `$1` and so on; none for NULL.
    values: Vec<Option<String>>,
}

/// From here on ids are given while it is recorded, so that they are taken for nothing else.
pub const FIRST_IDS: [(&str, &str, u64); 3] = [
    ("associate", "associate_id", 710_000_000),
    ("person", "person_id", 720_000_000),
    ("ejuser", "id", 730_000_000),
];
/// The first of them.
pub const FIRST_ID_OF_USERS: u32 = 710_000_000;
/// Ids of a kind.
const IDS: u64 = 10_000_000;

/// The statements in a log.
pub fn statements(log: &str) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    let mut entry = String::new();
    for line in log.lines().chain(["end"]) {
        if let Some(rest) = line.strip_prefix('\t') {
            entry.push('\n');
            entry.push_str(rest);
            continue;
        }
        add(&mut found, &entry);
        line.clone_into(&mut entry);
    }
    found.retain(|it| !it.sql.contains("pg_reload_conf") && !it.sql.starts_with("ALTER SYSTEM"));
    found
}

fn add(found: &mut Vec<Statement>, entry: &str) {
    if let Some((_, logged)) = entry.split_once("LOG:  execute ")
        && let Some((_, sql)) = logged.split_once(": ")
    {
        found.push(Statement {
            sql: sql.to_owned(),
            values: Vec::new(),
        });
    } else if let Some((_, sql)) = entry.split_once("LOG:  statement: ") {
        found.push(Statement {
            sql: sql.to_owned(),
            values: Vec::new(),
        });
    } else if let Some((_, values)) = entry.split_once("DETAIL:  parameters: ")
        && let Some(last) = found.last_mut()
    {
        last.values = self::values(values);
    }
}

/// `$1 = 'a', $2 = NULL`
fn values(text: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some((_, value)) = rest.split_once(" = ") {
        let Some(quoted) = value.strip_prefix('\'') else {
            values.push(None);
            rest = value;
            continue;
        };
        let mut end = 0;
        let bytes = quoted.as_bytes();
        while end < bytes.len() {
            match (bytes[end], bytes.get(end + 1)) {
                (b'\'', Some(b'\'')) => end += 2,
                (b'\'', _) => break,
                _ => end += 1,
            }
        }
        values.push(Some(quoted[..end].replace("''", "'")));
        rest = &quoted[end..];
    }
    values
}

/// A script that runs statements with the values that they had.
pub fn as_they_are(all: &[Statement]) -> String {
    let mut script = String::new();
    for statement in all {
        let mut sql = statement.sql.trim_end_matches(';').to_owned();
        for (place, value) in statement.values.iter().enumerate().rev() {
            let said = value.as_deref().map_or("NULL".to_owned(), quoted);
            sql = sql.replace(&format!("${}", place + 1), &said);
        }
        script.push_str(&sql);
        script.push_str(";\n");
    }
    script
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A script that runs what the later of two calls has run, each time with a number of its own.
pub fn of(earlier: &[Statement], later: &[Statement], numbers: [u32; 2]) -> String {
    let later_number = format!("{:08}", numbers[1]);
    let mut script = String::from("\\set n random(10000000, 2000000000)\n");
    for (index, statement) in later.iter().enumerate() {
        let before = earlier.get(index).filter(|it| it.sql == statement.sql);
        let mut sql = statement.sql.trim_end_matches(';').to_owned();
        for (place, value) in statement.values.iter().enumerate().rev() {
            let was = before.and_then(|it| it.values.get(place)?.as_ref());
            let said = said(value.as_deref(), was.map(String::as_str), &later_number);
            sql = sql.replace(&format!("${}", place + 1), &said);
        }
        let gives = sql.contains(" RETURNING ");
        script.push_str(&sql);
        script.push_str(if gives { " \\gset\n" } else { ";\n" });
    }
    script
}

/// A value as a script says it.
fn said(value: Option<&str>, was: Option<&str>, number: &str) -> String {
    let Some(value) = value else {
        return "NULL".to_owned();
    };
    let kind = value.parse::<u64>().ok().and_then(|id| {
        let mut kinds = FIRST_IDS.iter();
        kinds.find(|(_, _, first)| (*first..first + IDS).contains(&id))
    });
    if let Some((_, variable, _)) = kind {
        return format!(":{variable}");
    }
    match was {
        Some(was) if was != value && value.contains(number) => {
            let parts: Vec<_> = value.split(number).map(quoted).collect();
            format!("({})", parts.join(" || :n || "))
        }
        _ => quoted(value),
    }
}
