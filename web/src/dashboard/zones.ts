/** The browser's time zone; UTC where it does not say. */
export function ownTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return timeZone && timeZone !== "Etc/Unknown" ? timeZone : "UTC";
}

/** Every zone there is: the browser's own and UTC first, the others by name. */
export function timeZones(): readonly string[] {
  return [...new Set([ownTimeZone(), "UTC", ...Intl.supportedValuesOf("timeZone")])];
}

/** America/New_York as people write it. */
export const zoneName = (timeZone: string): string => timeZone.replaceAll("_", " ");

/** Those whose name has every word of what was typed: "york", "new york", "berlin europe". */
export function findZones(zones: readonly string[], typed: string): readonly string[] {
  const words = typed.toLowerCase().split(/[\s/_]+/).filter((word) => word !== "");
  return zones.filter((zone) => {
    const name = zone.toLowerCase();
    return words.every((word) => name.includes(word));
  });
}
