/** In place of `pg_cron`: wakes the worker again and again, as the hosted project does every ten seconds. */
export function startTicker(tick: () => Promise<unknown>, intervalMs = 10_000): { stop(): Promise<void> } {
  let current: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    // A lost wake costs latency, never a reply: the next one comes.
    current = tick().catch(() => {});
  }, intervalMs);
  return {
    async stop() {
      clearInterval(timer);
      await current;
    },
  };
}
