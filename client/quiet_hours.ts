import type { Calls } from "./call.ts";

/** When promotional texts may go, by the recipient's clock. docs/rules/quiet_hours.md */
export interface QuietHours {
  /** The tenant's own; nulls: the law's alone. */
  readonly quiet_hours: {
    /** As 09:00. */
    readonly opens: string | null;
    readonly closes: string | null;
    /** 1 Monday to 7 Sunday. */
    readonly days: readonly number[] | null;
    /** Whether transactional broadcasts wait for these hours and the law's too. */
    readonly transactional_broadcasts: boolean;
  };
  /** What the law says, in a sentence, and where. */
  readonly law: string;
  readonly source: string;
  readonly places: readonly {
    /** Country, country and state (US-FL), or * for every other. */
    readonly place: string;
    readonly days: readonly number[];
    readonly opens: string;
    readonly closes: string;
    readonly on_holidays: boolean;
    readonly max_per_day: number | null;
    readonly law: string;
    readonly source: string;
    readonly read_on: string;
  }[];
}

export interface QuietHoursToSave {
  /** As 09:00. Both null, or left out: the law's hours alone. */
  readonly opens?: string | null;
  readonly closes?: string | null;
  /** 1 Monday to 7 Sunday. Default: all. */
  readonly days?: number[] | null;
  readonly transactional_broadcasts?: boolean;
}

/** A tenant's own hours for texts that advertise: shorter than the law's, never longer. */
export const quietHours = (calls: Calls) => ({
  get: () => calls.verb("sms_get_quiet_hours", {}),
  /** @throws SmsError INVALID_HOURS, HOURS_WIDER_THAN_LAW */
  save: (hours: QuietHoursToSave) => calls.verb("sms_save_quiet_hours", { ...hours }),
});
