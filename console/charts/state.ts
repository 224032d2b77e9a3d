/** What a person has set on a dashboard, and the address that keeps it (Grafana's names: `var-x`, `from`, `to`). Pure. */
import { all } from './variables.ts'

export interface DashboardState {
  /** `now-1h`, or milliseconds since 1970. */
  readonly from: string
  readonly to: string
  /** `30s`; empty for never. */
  readonly refresh: string
  /** Chosen values by name of the variable, parted by commas. */
  readonly variables: Readonly<Record<string, string>>
}

/** Reads the part of a state that an address holds. */
export function stateIn(address: URLSearchParams): Partial<DashboardState> {
  const variables: Record<string, string> = {}
  for (const [name, value] of address) {
    if (!name.startsWith('var-')) continue
    const key = name.slice(4)
    // Links from Grafana and from alerts may repeat a name, one value each.
    variables[key] = variables[key] === undefined ? value : `${variables[key]},${value}`
  }
  const from = address.get('from')
  const to = address.get('to')
  const refresh = address.get('refresh')
  return {
    variables,
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    ...(refresh === null ? {} : { refresh }),
  }
}

/** Writes a state into an address; what is left at All needs no words. */
export function addressOf({ from, to, refresh, variables }: DashboardState): URLSearchParams {
  const address = new URLSearchParams()
  for (const [name, values] of Object.entries(variables)) {
    for (const value of values.split(','))
      if (value !== '' && value !== all) address.append(`var-${name}`, value)
  }
  address.set('from', from)
  address.set('to', to)
  address.set('refresh', refresh)
  return address
}
