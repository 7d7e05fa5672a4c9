//! Lists, page by page, in the style of the product.

use ringback::operation::{Name, Standard};
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Outcome, Refusal},
    request::Request,
    store::Table,
};

const DEFAULT_SIZE: usize = 50;
const LARGEST_SIZE: usize = 1000;

/// What stands before the place in a page token.
const TOKEN: &str = "PA";

/// The key of the records of a list in the form of SCIM, which has no pages here.
const SCIM: &str = "Resources";

/// Which page is wanted.
struct Wanted {
    size: usize,
    page: usize,
    /// The place of the last row of the page before.
    below: Option<usize>,
}

/// How the next page is found, if records are left for one.
enum Next {
    /// By a token that names the last row of this one, so that rows which are made meanwhile move nothing.
    Below(String),
    /// By its number alone.
    Number,
}

/// Answers a page of those rows of a table that are kept, the newest first.
pub(crate) fn answer<T>(
    request: &Request,
    table: &Table<T>,
    keep: impl Fn(&T) -> bool,
    write: impl Fn(&T) -> Value,
) -> Outcome {
    if request.operation.records.is_some_and(|key| key == SCIM) {
        let rows = table.newest_first(None).map(|(_, row)| row).filter(|row| keep(row));
        return Ok(Answer::json(200, scim(&rows.map(write).collect::<Vec<_>>())));
    }
    let wanted = read(request, table.count())?;
    // a token already leads past the earlier pages
    let skip = if wanted.below.is_some() { 0 } else { wanted.page.saturating_mul(wanted.size) };
    let mut rows = table.newest_first(wanted.below).filter(|(_, row)| keep(row)).skip(skip);
    let page: Vec<(usize, &T)> = rows.by_ref().take(wanted.size).collect();
    let last = page.last().filter(|_| rows.next().is_some());
    let next = last.map(|(place, _)| Next::Below(format!("{TOKEN}{place}")));
    let records = page.into_iter().map(|(_, row)| write(row)).collect();
    Ok(Answer::json(200, written(request, &wanted, records, next)))
}

/// Answers a page of rows that are in no table, in their order.
pub(crate) fn answer_all(request: &Request, records: Vec<Value>) -> Outcome {
    let wanted = read(request, 0)?;
    let mut left = records.into_iter().skip(wanted.page.saturating_mul(wanted.size));
    let page = left.by_ref().take(wanted.size).collect();
    let next = left.next().map(|_| Next::Number);
    Ok(Answer::json(200, written(request, &wanted, page, next)))
}

/// All records of a list, in the form of SCIM (RFC 7644).
fn scim(records: &[Value]) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": records.len(),
        "Resources": records,
    })
}

/// Reads which page is wanted of a table with so many places.
fn read(request: &Request, places: usize) -> Outcome<Wanted> {
    let number = |name: &str| request.get(name).map(str::parse::<usize>);
    let [size_name, token_name] = names(request);
    let size = match number(size_name) {
        None => DEFAULT_SIZE,
        Some(Ok(size @ 1..=LARGEST_SIZE)) => size,
        Some(Ok(0) | Err(_)) => {
            return Err(Refusal::bad(20001, format!("The '{size_name}' must be a number from 1 to 1000")));
        }
        Some(Ok(_)) => return Err(Refusal::bad(20007, format!("The '{size_name}' must not be larger than 1000"))),
    };
    let page = match number("Page") {
        None => 0,
        Some(Ok(page)) => page,
        Some(Err(_)) => return Err(Refusal::bad(20001, "The 'Page' must be a number")),
    };
    let below = match request.get(token_name) {
        None => None,
        Some(token) => {
            let place = token.strip_prefix(TOKEN).and_then(|place| place.parse().ok());
            Some(
                place
                    .filter(|place| *place < places)
                    .ok_or_else(|| Refusal::bad(21481, format!("The '{token_name}' is not valid")))?,
            )
        }
    };
    Ok(Wanted { size, page, below })
}

/// What a request calls the size of a page and its token.
fn names(request: &Request) -> [&'static str; 2] {
    match request.standard() {
        Standard::V0 => ["PageSize", "PageToken"],
        Standard::V1 => ["pageSize", "pageToken"],
    }
}

fn written(request: &Request, wanted: &Wanted, records: Vec<Value>, next: Option<Next>) -> Value {
    let Wanted { size, page, .. } = *wanted;
    let key = request.operation.records.map_or("records", Name::as_str);
    if request.standard() == Standard::V1 {
        // a neighbour is named by its token, and only the next one is known
        let token = next.and_then(|next| match next {
            Next::Below(token) => Some(token),
            Next::Number => None,
        });
        let mut out = json!({ "meta": { "key": key, "pageSize": size, "nextToken": token, "previousToken": null } });
        out[key] = records.into();
        return out;
    }
    let is_v2010 = request.path.starts_with("/2010-04-01/");
    let filters: Vec<&(String, String)> = request
        .arguments
        .pairs()
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "Page" | "PageSize" | "PageToken"))
        .collect();
    let link = |page: usize, token: Option<&str>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &filters {
            query.append_pair(name, value);
        }
        query.append_pair("PageSize", &size.to_string());
        query.append_pair("Page", &page.to_string());
        if let Some(token) = token {
            query.append_pair("PageToken", token);
        }
        let origin = if is_v2010 { String::new() } else { format!("https://{}", request.host) };
        format!("{origin}{}?{}", request.path, query.finish())
    };
    let first = link(0, None);
    let this = link(page, request.get("PageToken"));
    let next = next.map(|next| {
        let token = match &next {
            Next::Below(token) => Some(token.as_str()),
            Next::Number => None,
        };
        link(page.saturating_add(1), token)
    });
    let previous = page.checked_sub(1).map(|page| link(page, None));
    let start = page.saturating_mul(size);
    let mut out = if is_v2010 {
        json!({
            "first_page_uri": first,
            "next_page_uri": next,
            "previous_page_uri": previous,
            "uri": this,
            "page": page,
            "page_size": size,
            "start": start,
            "end": start.saturating_add(records.len()).saturating_sub(1),
        })
    } else {
        json!({ "meta": {
            "page": page,
            "page_size": size,
            "first_page_url": first,
            "previous_page_url": previous,
            "url": this,
            "next_page_url": next,
            "key": key,
        } })
    };
    out[key] = records.into();
    out
}
