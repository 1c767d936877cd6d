//! Lists of resources.

use crate::contract::archive::Line;
use crate::fault::{Exception, Fault};
use crate::format::odata;
use crate::model::filter::Condition;
use crate::model::{Object, ObjectType, Value};
use crate::service::Call;
use crate::store::Tx;
use crate::store::archives::{self, Archive, Wanted};
use url::form_urlencoded::Serializer;

/// How many lines there are when nobody says.
const ORDINARY: i32 = 500;
/// How many lines there are in any case.
const MOST: i32 = 1000;
/// Columns that are in every line: the key, and what it is a key of.
const ALWAYS: [usize; 2] = [0, 1];

/// What a caller asks for.
pub struct Question {
    pub select: Option<String>,
    pub filter: Option<String>,
    pub order_by: Option<String>,
    pub top: Option<i32>,
    pub skip: Option<i32>,
}

/// A part of a list.
pub struct Part<T> {
    pub lines: Vec<Line<T>>,
    /// Where it is described.
    pub metadata: String,
    /// Where it goes on; none at its end.
    pub next: Option<String>,
}

/// The part of a list that a caller asks for. Columns that the caller may not see are given by
/// `hidden`: they are blank, and nothing can be found or sorted by them.
pub fn part<T: Value + Object>(
    call: &Call,
    collection: &str,
    archive: &'static Archive,
    columns: &'static ObjectType,
    question: &Question,
    hidden: impl Fn(&Tx<'_>) -> Result<&'static [&'static str], Fault>,
) -> Result<Part<T>, Fault> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut selected = odata::select(&text(&question.select), columns)?;
    selected.retain(|column| !ALWAYS.contains(column));
    selected.splice(0..0, ALWAYS);
    let mut seen = std::collections::BTreeSet::new();
    selected.retain(|column| seen.insert(*column));
    let condition = match text(&question.filter) {
        filter if filter.trim().is_empty() => None,
        filter => Some(odata::filter(&filter, columns)?),
    };
    let orders = odata::order(&text(&question.order_by), columns)?;
    let top = not_negative(question.top, "$top")?
        .unwrap_or(ORDINARY)
        .min(MOST);
    let skip = not_negative(question.skip, "$skip")?.unwrap_or(0);
    let mut rows: Vec<T> = call.installation.store.read(|tx| {
        let hidden = hidden(tx)?;
        let is_hidden = |column: &usize| {
            let field = columns.fields.get(*column);
            field.is_some_and(|field| hidden.contains(&field.rest_name))
        };
        let asked = condition.iter().flat_map(Condition::columns);
        if asked
            .chain(orders.iter().map(|order| order.column))
            .any(|column| is_hidden(&column))
        {
            return Err(Fault::service(
                Exception::Sentry,
                "The caller may not read all of a column that the list is to be filtered or sorted by.",
            ));
        }
        let shown: Vec<_> = selected.iter().copied().filter(|it| !is_hidden(it)).collect();
        let wanted = Wanted {
            columns: &shown,
            condition: condition.as_ref(),
            orders: &orders,
            skip: skip.into(),
            // One more, to know whether there are more.
            most: i64::from(top) + 1,
        };
        Ok(archives::list(tx, archive, &wanted)?)
    })?;
    let most = usize::try_from(top).unwrap_or_default();
    let more = rows.len() > most && top > 0;
    rows.truncate(most);
    let address = format!("{}/v1/{collection}", call.api);
    let columns = selected.into();
    let lines = rows.into_iter().map(|row| Line {
        row,
        columns: std::sync::Arc::clone(&columns),
    });
    Ok(Part {
        lines: lines.collect(),
        metadata: format!("{address}/$metadata"),
        next: more.then(|| next(&address, question, skip.saturating_add(top))),
    })
}

fn next(address: &str, question: &Question, skip: i32) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in [
        ("$select", &question.select),
        ("$filter", &question.filter),
        ("$orderBy", &question.order_by),
    ] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    if let Some(top) = question.top {
        query.append_pair("$top", &top.to_string());
    }
    query.append_pair("$skip", &skip.to_string());
    format!("{address}?{}", query.finish())
}

fn not_negative(number: Option<i32>, name: &str) -> Result<Option<i32>, Fault> {
    match number {
        Some(number) if number < 0 => Err(Fault::service(
            Exception::InvalidArgument,
            format!("The parameter '{name}' is less than 0."),
        )),
        number => Ok(number),
    }
}
