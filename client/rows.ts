import type { Calls } from "./call.ts";

const LARGEST_PAGE = 1_000;
/** Nobody lets the API give fewer: who gets fewer has all. */
const SMALLEST_PAGE = 100;

/** Rows that a tenant reads and writes themselves. With the secret key, those of the tenant that is named. */
export class Rows<Row, New extends object, Changes extends object> {
  readonly #calls: Calls;
  readonly #table: string;
  readonly #order: readonly string[];

  /** @param order columns that no two rows have all in common: each page goes on where the one before ended */
  constructor(calls: Calls, table: string, order: readonly string[]) {
    this.#calls = calls;
    this.#table = table;
    this.#order = order;
  }

  /** All of them: the API gives a page of them at most, 1,000 where nobody chose another number, and does not say so. */
  async list(
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Row[]> {
    const rows = await this.#page(0, signal);
    const pageSize = rows.length;
    let isLast = pageSize < SMALLEST_PAGE;
    while (!isLast) {
      const more = await this.#page(rows.length, signal);
      rows.push(...more);
      isLast = more.length < pageSize;
    }
    return rows;
  }

  async #page(from: number, signal: AbortSignal | undefined): Promise<Row[]> {
    const all = this.#from().select("*").match(this.#mine());
    const page = this.#order.reduce((rows, column) => rows.order(column), all)
      .range(from, from + LARGEST_PAGE - 1);
    return await this.#answer<Row[]>(signal ? page.abortSignal(signal) : page);
  }

  /** @throws SmsError ROW_NOT_FOUND */
  get(id: string): Promise<Row> {
    return this.#answer(
      this.#from().select("*").eq("id", id).match(this.#mine()).single(),
    );
  }

  async create(row: New): Promise<Row> {
    const user_id = await this.#calls.tenant();
    return await this.#answer(
      this.#from().insert({ ...row, user_id }).select("*").single(),
    );
  }

  /** @throws SmsError ROW_NOT_FOUND */
  update(id: string, changes: Changes): Promise<Row> {
    return this.#answer(
      this.#from().update(changes).eq("id", id).match(this.#mine()).select("*").single(),
    );
  }

  async remove(id: string): Promise<void> {
    await this.#answer(this.#from().delete().eq("id", id).match(this.#mine()));
  }

  #from() {
    return this.#calls.supabase.from(this.#table);
  }

  /** The secret key sees everybody's rows. */
  #mine(): { user_id?: string } {
    const { userId } = this.#calls;
    return userId === undefined ? {} : { user_id: userId };
  }

  async #answer<T>(
    query: PromiseLike<
      { readonly data: unknown; readonly error: DatabaseError | null }
    >,
  ): Promise<T> {
    const { data, error } = await query;
    if (error) throw await this.#calls.databaseError(error);
    return data as T;
  }
}

interface DatabaseError {
  readonly code?: string;
  readonly message: string;
}
