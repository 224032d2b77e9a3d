/** `seed`: lays out the demo tenants. Safe to repeat; a later term adds its courses beside the old ones. */
import { startSdk } from '#sdk'
import { type environment, text, url } from '../../lib/config.ts'
import { campuses } from './domain/campus.ts'
import { planTenant } from './domain/plan.ts'
import { demoIds } from './ids.ts'
import { seedTenant } from './store/seed.ts'

/** Seed of all demo data; changing it makes another campus. */
export const demoSeed = 20_260_901

export const seedSettings = {
  /** Connection string of the role `seed_app`. */
  databaseUrl: text('CAMPANILE_DATABASE_URL'),
  otlpEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'], 'http://127.0.0.1:4318'),
}

export type SeedSettings = ReturnType<typeof environment<typeof seedSettings>>

/** Seeds every demo tenant as of a date (`YYYY-MM-DD`). Answers how many students there are. */
export async function seedDemo(settings: SeedSettings, date: string): Promise<number> {
  const sdk = startSdk({
    service: 'traffic',
    environment: 'development',
    otlpEndpoint: settings.otlpEndpoint,
  })
  const pool = sdk.pool({ url: settings.databaseUrl, max: 1 })
  let students = 0
  try {
    for (const campus of campuses) {
      const plan = planTenant(campus, { seed: demoSeed, date, ids: demoIds })
      await seedTenant(pool, campus, plan)
      students += plan.students.length
    }
    sdk.log.info('demo data loaded', { count: students })
    return students
  } finally {
    await pool.end()
    await sdk.shutdown()
  }
}
