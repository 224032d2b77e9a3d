/** The whole house as a table of components. */
import type { Home } from '../home.ts'
import type { PostgresChoice } from '../postgres/choose.ts'
import type { Secrets } from '../secrets/ensure-secrets.ts'
import type { Settings } from '../settings.ts'
import type { Component } from './component.ts'
import { engineComponents, postgresExporter } from './engines.ts'
import { databasePart } from './postgres.ts'
import { processComponents } from './processes.ts'
import { rulesComponent } from './rules.ts'

export interface HouseOptions {
  readonly settings: Settings
  readonly home: Home
  readonly secrets: Secrets
  readonly choice: PostgresChoice
  readonly demo: boolean
}

/** Builds every component of the appliance. */
export function houseComponents({ settings, home, secrets, choice, demo }: HouseOptions): Component[] {
  const database = databasePart({ checkout: settings.checkout, home, secrets, choice })
  const child = { settings, home, demo }
  return [
    database.component,
    ...processComponents({ ...child, urlOf: database.urlOf, faroAppKey: secrets.faroAppKey }),
    rulesComponent(child),
    ...engineComponents(child),
    postgresExporter(child, database.urlOf),
  ]
}
