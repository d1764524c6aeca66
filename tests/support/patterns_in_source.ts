/** The regular expressions that a source file writes as literals. */
export function patternsIn(source: string): RegExp[] {
  const found: RegExp[] = [];
  let at = 0;
  /** What ended last: behind a value, a slash divides. */
  let isValue = false;
  const braces: ("template" | "block")[] = [];
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [text = ""] = pattern.exec(source) ?? [];
    at += text.length;
    return text;
  };
  const template = () => {
    take(/(?:\\[^]|\$(?!\{)|[^\\`$])*/y);
    if (source[at] === "$") {
      at += 2;
      braces.push("template");
      isValue = false;
    } else {
      at += 1;
      isValue = true;
    }
  };
  while (at < source.length) {
    if (take(/\s+|\/\/[^\n]*|\/\*[^]*?\*\//y) !== "") continue;
    if (take(/"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|\d[\w.]*/y) !== "") isValue = true;
    else if (source[at] === "`") {
      at += 1;
      template();
    } else if (source[at] === "}" && braces.pop() === "template") {
      at += 1;
      template();
    } else if (source[at] === "/" && !isValue) {
      const [, body = "", flags = ""] =
        /^\/((?:\\[^\n]|\[(?:\\[^\n]|[^\]\\\n])*\]|[^\\/[\n])+)\/([a-z]*)/.exec(source.slice(at)) ?? [];
      found.push(new RegExp(body, flags));
      at += body.length + flags.length + 2;
      isValue = true;
    } else {
      const word = take(/[\w$#]+/y);
      if (word !== "") isValue = !/^(?:return|typeof|case|in|of|await|yield|void|else|do)$/.test(word);
      else {
        if (source[at] === "{") braces.push("block");
        isValue = /[)\]}]/.test(source[at] ?? "");
        at += 1;
      }
    }
  }
  return found;
}

/** Those that run while something is done. */
export function patternsRunBy(run: () => void): RegExp[] {
  const seen = new Map<string, RegExp>();
  const prototype = RegExp.prototype;
  const names = ["exec", "test", Symbol.replace, Symbol.split, Symbol.search, Symbol.match] as const;
  const originals = names.map((name) => Object.getOwnPropertyDescriptor(prototype, name));
  for (const [index, name] of names.entries()) {
    const original: (...values: unknown[]) => unknown = originals[index]?.value;
    Object.defineProperty(prototype, name, {
      ...originals[index],
      value(this: RegExp, ...values: unknown[]) {
        seen.set(String(this), this);
        return original.apply(this, values);
      },
    });
  }
  try {
    run();
  } finally {
    for (const [index, name] of names.entries()) {
      Object.defineProperty(prototype, name, originals[index] ?? {});
    }
  }
  return [...seen.values()];
}
