/** A number as its own country writes it, as far as that is simple. A short code or a name stays as it is. */
export function displayNumber(number: string): string {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number) ?? [];
  return area ? `+1 (${area}) ${exchange}-${line}` : number;
}
