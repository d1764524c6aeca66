/**
 * The entry of a function whose clock is wrong by CLOCK_SKEW_MS, as a machine's may be. The function itself, in
 * FUNCTION_ENTRY, is what it always is. Monotonic time (`performance.now`) has no date, and is right.
 */
const RealDate = Date;
const skew = Number(Deno.env.get("CLOCK_SKEW_MS"));

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + skew] : args, newTarget),
  apply: () => new Date().toString(),
  get: (target, name) => name === "now" ? () => RealDate.now() + skew : Reflect.get(target, name),
});

export default (await import(Deno.env.get("FUNCTION_ENTRY") ?? "")).default;
