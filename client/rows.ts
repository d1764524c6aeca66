import type { Calls } from "./call.ts";

/** Rows that a tenant reads and writes themselves. With the secret key, those of the tenant that is named. */
export class Rows<Row, New extends object, Changes extends object> {
  readonly #calls: Calls;
  readonly #table: string;
  readonly #order: string;

  constructor(calls: Calls, table: string, order: string) {
    this.#calls = calls;
    this.#table = table;
    this.#order = order;
  }

  async list(
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Row[]> {
    const rows = this.#from().select("*").match(this.#mine()).order(this.#order);
    return await this.#answer<Row[]>(signal ? rows.abortSignal(signal) : rows);
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
