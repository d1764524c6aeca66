/** What Postgres does for a verb: the plans of all statements in it, with the rows they met. */
import { strict as assert } from "node:assert";
import postgres from "postgres";
import type { Sql } from "postgres";

/** One node of `explain (analyze, format json)`, as far as it is read here. */
export interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  /** A run, on average. */
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: PlanNode[];
}

export interface ExplainedStatement {
  query: string;
  nodes: PlanNode[];
}

/** Large in production; reading all of one is a defect. sms_numbers and sms_contacts count as large as well. */
const BIG = [
  "sms_messages",
  "sms_message_events",
  "sms_conversations",
  "sms_contacts",
  "sms_numbers",
  "jobs",
  "settlements",
  "sms_broadcasts",
  "sms_templates",
  "idempotency_keys",
];

/** A session that hears the plan of every statement it runs, also of those inside the verbs. */
export async function explained(
  url: string,
  work: (sql: Sql) => Promise<unknown>,
): Promise<ExplainedStatement[]> {
  const heard: string[] = [];
  const sql = postgres(url, { max: 1, onnotice: (notice) => heard.push(String(notice.message)) });
  try {
    await sql.unsafe(`load 'auto_explain'; set auto_explain.log_min_duration = 0;
      set auto_explain.log_nested_statements = on; set auto_explain.log_analyze = on;
      set auto_explain.log_timing = off; set auto_explain.log_format = json`);
    await sql.begin(async (transaction) => {
      await transaction`set local client_min_messages = log`;
      await work(transaction as unknown as Sql);
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  } finally {
    await sql.end();
  }
  const plans = heard.filter((notice) => notice.startsWith("duration: ")).map((notice) => {
    const plan = JSON.parse(notice.slice(notice.indexOf("{")));
    return { query: plan["Query Text"] as string, nodes: nodesOf(plan.Plan) };
  });
  assert(plans.length > 0, "a plan was heard");
  return plans;
}

/** What a verb changed is rolled back, so that the next one meets the same rows. */
class TakenBack extends Error {}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Asserts that no big table was read as a whole and that these indexes were used (`a|b`: one of them, equally good). */
export function assertIndexed(statements: ExplainedStatement[], indexes: string[]): void {
  for (const { query, nodes } of statements) {
    for (const node of nodes) {
      const whole = node["Node Type"] === "Seq Scan" && BIG.includes(node["Relation Name"] ?? "");
      assert(!whole, `all of ${node["Relation Name"]} is read by: ${query}`);
    }
  }
  const used = new Set(statements.flatMap(({ nodes }) => nodes.map((node) => node["Index Name"])));
  for (const either of indexes) {
    const found = either.split("|").some((index) => used.has(index));
    assert(found, `${either} is used, among ${[...used].join(", ")}`);
  }
}

/** How many rows of big tables were read, those included that were then thrown away. */
export function rowsRead(statements: ExplainedStatement[]): number {
  return statements.flatMap(({ nodes }) => nodes)
    .filter((node) => BIG.includes(node["Relation Name"] ?? ""))
    .reduce((sum, node) => {
      const each = node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0) +
        (node["Rows Removed by Index Recheck"] ?? 0);
      return sum + each * node["Actual Loops"];
    }, 0);
}
