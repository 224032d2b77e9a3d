/** What is fed to an alert to prove it: the series it reads, at a level below, on and above its threshold. */
import type { AlertLabel } from '../annotations/template.ts'

/** `quiet` is a day without trouble, `absent` a series that is not there. */
export type Level = 'quiet' | 'below' | 'boundary' | 'above' | 'absent'

/** One series: a gauge's value, what a counter grows in each step of ten seconds, or once when the level begins. */
export interface Signal {
  readonly series: string
  readonly kind: 'gauge' | 'counter' | 'pulse'
  readonly quiet: number | undefined
  readonly below: number | undefined
  readonly boundary: number | undefined
  readonly above: number | undefined
}

export type Subject = Readonly<Partial<Record<AlertLabel, string>>>

export interface Trial {
  /** The series of one tenant or service, which take the level under test. */
  readonly signals: (subject: Subject) => readonly Signal[]
  /** Series that stay as they are at every level, such as `up`: by name and value. */
  readonly steady?: (subject: Subject) => Readonly<Record<string, number>>
  /** Labels of the alert that fires; the other one, where there is one, must stay silent. */
  readonly subject: Subject
  readonly other?: Subject
  /** What the expression measures when the alert fires. */
  readonly value: number
  /** Seconds from the first sample of the level until the expression is true. */
  readonly onsetSeconds: number
  /** Seconds from the last sample of the level until the alert is silent again. */
  readonly clearSeconds: number
  /** What happens exactly on the threshold. Default silent. */
  readonly atBoundary?: 'silent' | 'fires'
  /** What happens when no series is there. Default silent. */
  readonly whenAbsent?: 'silent' | 'fires'
  /** What happens when the series were there and are gone. Default not tried. */
  readonly whenGone?: 'fires'
  /** How long it is quiet before the level under test, in seconds. Default 300. */
  readonly quietSeconds?: number
  /** How long the level under test lasts, in seconds. Default 600. */
  readonly lastsSeconds?: number
  /** A series that appears with its first event counts that event. */
  readonly countsFirst?: true
}

type Levels = Readonly<Partial<Record<Exclude<Level, 'absent'>, number>>>

/** A gauge that has these values; a level that is left out has the value of `quiet`. */
export function gaugeOf(series: string, levels: Levels): Signal {
  return signal('gauge', series, levels)
}

/** A counter that grows by so much in ten seconds; a level that is left out grows like `quiet`. */
export function counterOf(series: string, levels: Levels): Signal {
  return signal('counter', series, levels)
}

/** A counter that grows once, by so much, when the level begins. */
export function pulseOf(series: string, levels: Levels): Signal {
  return signal('pulse', series, levels)
}

function signal(kind: Signal['kind'], series: string, levels: Levels): Signal {
  const { quiet } = levels
  const { below = quiet, boundary = quiet, above = quiet } = levels
  return { series, kind, quiet, below, boundary, above }
}
