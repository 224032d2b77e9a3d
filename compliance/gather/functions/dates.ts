/** Date functions of Terraform; the ones that ask for the time are not known before Terraform runs. */
import { num, text } from '../values/value.ts'
import { FunctionStop, pure, textOf, type FunctionTable } from './definition.ts'

export const dateFunctions: FunctionTable = {
  formatdate: pure(2, 2, ([form, time]) => text(format(textOf(form), timeOf(textOf(time))))),
  timeadd: pure(2, 2, ([time, duration]) => text(stamp(addTo(timeOf(textOf(time)), textOf(duration))))),
  timecmp: pure(2, 2, ([left, right]) =>
    num(Math.sign(timeOf(textOf(left)).millis - timeOf(textOf(right)).millis) + 0),
  ),
}

interface Time {
  readonly millis: number
  readonly offsetMinutes: number
}

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:(Z)|([+-])(\d{2}):(\d{2}))$/

function timeOf(value: string): Time {
  const found = rfc3339.exec(value)
  if (found === null) throw new FunctionStop('found a text that is no RFC 3339 time')
  const [, year, month, day, hour, minute, second, fraction, , sign, hours, minutes] = found
  if (fraction !== undefined && fraction.length > 3) {
    throw new FunctionStop('is a time with more digits than are computed', false)
  }
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  const written = new Date(local)
  const isReal = written.getUTCMonth() + 1 === Number(month) && written.getUTCDate() === Number(day)
  if (!isReal || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    throw new FunctionStop('found a time that does not exist')
  }
  const offsetMinutes = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
  const millis = local + Number((fraction ?? '0').padEnd(3, '0')) - offsetMinutes * 60_000
  return { millis, offsetMinutes }
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }

function addTo({ millis, offsetMinutes }: Time, duration: string): Time {
  const [, sign = '', parts = ''] = /^([+-]?)((?:\d+(?:\.\d+)?(?:h|ms|m|s))+)$/.exec(duration) ?? []
  if (parts === '') throw new FunctionStop('found a text that is no duration')
  let sum = 0
  for (const [, amount, unit = ''] of parts.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
    sum += Number(amount) * (units[unit] ?? 0)
  }
  const result = millis + (sign === '-' ? -sum : sum)
  if (!Number.isInteger(result) || Math.abs(result) > 8e15) {
    throw new FunctionStop('is a time with more digits than are computed', false)
  }
  return { millis: result, offsetMinutes }
}

/** Writes the time as RFC 3339 does, without a fraction where there is none. */
function stamp(time: Time): string {
  const fraction = new Date(time.millis).getUTCMilliseconds()
  const written = format("YYYY-MM-DD'T'hh:mm:ss", time)
  const digits = fraction === 0 ? '' : `.${String(fraction).padStart(3, '0').replace(/0+$/, '')}`
  return `${written}${digits}${format('Z', time)}`
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

function format(form: string, time: Time): string {
  return form.replace(/'((?:[^']|'')*)'|([A-Za-z])\2*|'/g, (all: string, quoted?: string) => {
    if (quoted !== undefined) return quoted.replaceAll("''", "'")
    const write = tokens[all]
    if (write === undefined) throw new FunctionStop(`found ${all}, expected a part of a date`)
    return write(new Date(time.millis + time.offsetMinutes * 60_000), time)
  })
}

const two = (value: number) => String(value).padStart(2, '0')

const tokens: Readonly<Record<string, (date: Date, time: Time) => string>> = {
  YYYY: (date) => String(date.getUTCFullYear()).padStart(4, '0'),
  YY: (date) => two(date.getUTCFullYear() % 100),
  MMMM: (date) => months[date.getUTCMonth()] ?? '',
  MMM: (date) => (months[date.getUTCMonth()] ?? '').slice(0, 3),
  MM: (date) => two(date.getUTCMonth() + 1),
  M: (date) => String(date.getUTCMonth() + 1),
  DD: (date) => two(date.getUTCDate()),
  D: (date) => String(date.getUTCDate()),
  EEEE: (date) => days[date.getUTCDay()] ?? '',
  EEE: (date) => (days[date.getUTCDay()] ?? '').slice(0, 3),
  hh: (date) => two(date.getUTCHours()),
  h: (date) => String(date.getUTCHours()),
  HH: (date) => two(((date.getUTCHours() + 11) % 12) + 1),
  H: (date) => String(((date.getUTCHours() + 11) % 12) + 1),
  AA: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  aa: (date) => (date.getUTCHours() < 12 ? 'am' : 'pm'),
  mm: (date) => two(date.getUTCMinutes()),
  m: (date) => String(date.getUTCMinutes()),
  ss: (date) => two(date.getUTCSeconds()),
  s: (date) => String(date.getUTCSeconds()),
  ZZZZZ: (_date, time) => zone(time, ':'),
  ZZZZ: (_date, time) => zone(time, ''),
  ZZZ: (_date, time) => (time.offsetMinutes === 0 ? 'UTC' : zone(time, '')),
  Z: (_date, time) => (time.offsetMinutes === 0 ? 'Z' : zone(time, ':')),
}

function zone({ offsetMinutes }: Time, separator: string): string {
  const minutes = Math.abs(offsetMinutes)
  return `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`
}
