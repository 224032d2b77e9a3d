/**
 * Series that the recording rules write, by their labels. The rules are another room's: a test holds this list
 * to the rule files.
 */
export const recordedSeries = {} as const satisfies Record<string, { readonly labels: readonly string[] }>

export type RecordedName = keyof typeof recordedSeries
