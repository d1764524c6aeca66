/**
 * `@supabase/lite` turns a filter value that looks like a number into one: `number=eq.+15551234567` then compares the
 * column with "15551234567", which finds nothing or another row, and twenty digits lose their end. PostgREST leaves values alone and
 * lets the column's type decide. A value in quotes stays text, so the gateway quotes what would not survive.
 *
 * @param query the query string of a request to /rest/v1, with or without `?`
 * @param isRpc whether it calls a function
 */
export function quoteNumberLikeValues(query: string, isRpc = false): string {
  const parameters = new URLSearchParams(query);
  let changed = false;
  const rewritten = new URLSearchParams();
  for (const [name, value] of parameters) {
    const rewrittenValue = rewriteParameter(name, value);
    // The arguments of a GET call stand in the query without an operator.
    const next = isRpc && rewrittenValue === value && !NOT_FILTERS.test(name) ? quote(value) : rewrittenValue;
    changed ||= next !== value;
    rewritten.append(name, next);
  }
  return changed ? rewritten.toString() : query.replace(/^\?/, "");
}

const NOT_FILTERS = /^(select|order|limit|offset|columns|on_conflict|apikey)$|\.(order|limit|offset)$/;
const COMPARISON = "(?:eq|neq|gt|gte|lt|lte|isdistinct)";
const WHOLE = new RegExp(`^((?:not\\.)?${COMPARISON}\\.)(.*)$`, "s");
const IN_LOGIC = new RegExp(`(\\.${COMPARISON}\\.)([^,()"]+)(?=[,)])`, "g");
const IN_LIST = /((?:^|\.)in\.\()([^()]*)(\))/g;

function rewriteParameter(name: string, value: string): string {
  if (NOT_FILTERS.test(name)) return value;
  const logic = /(^|\.)(and|or)$/.test(name);
  const listed = value.replaceAll(IN_LIST, (_, open, items, close) => open + quoteItems(items) + close);
  if (logic) return listed.replaceAll(IN_LOGIC, (_, operator, operand) => operator + quote(operand));
  const [, operator, operand] = WHOLE.exec(listed) ?? [];
  return operator !== undefined && operand !== undefined ? operator + quote(operand) : listed;
}

function quoteItems(items: string): string {
  // A list with quotes was written by someone who knows what needs them.
  return items.includes('"') ? items : items.split(",").map(quote).join(",");
}

function quote(value: string): string {
  const isNumberLike = value.trim() !== "" && Number.isFinite(Number(value));
  return isNumberLike && String(Number(value)) !== value ? `"${value}"` : value;
}
