/** The run after this one. Its wakes are not waited for where they are sent: jobs in hand go on meanwhile. */
export class Successor {
  readonly #send: () => Promise<void>;
  #sent: Promise<unknown> = Promise.resolve();

  /** @param send sends one wake, and joins several that come close together */
  constructor(send: () => Promise<void>) {
    this.#send = send;
  }

  wake(): void {
    this.#sent = Promise.all([this.#sent, this.#send()]);
    this.#sent.catch(() => {/* woken() throws it */});
  }

  /** Resolves when every wake was sent. @throws what a wake threw */
  async woken(): Promise<void> {
    await this.#sent;
  }
}
