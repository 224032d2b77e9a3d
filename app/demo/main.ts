/** The demo commands: `seed` lays out invented people and courses, `traffic` plays them through the gateway. */
import { Command } from 'commander'
import { ConfigError, describeFault, environment } from '../../lib/config.ts'
import { messageOf } from '../../lib/errors.ts'
import { runUntilSignal } from '../../lib/lifecycle.ts'
import { seedDemo, seedSettings } from './seed.ts'
import { startTraffic, trafficSettings } from './traffic/start.ts'

const command = new Command('demo').description('demo data and traffic, all of it synthetic')

command
  .command('seed')
  .description('lay out the demo tenants; safe to repeat (exit 0 done, 1 failed, 2 wrong configuration)')
  .action(async () => {
    try {
      const students = await seedDemo(environment(seedSettings), new Date().toISOString().slice(0, 10))
      console.log(`demo: ${students} synthetic students in place`)
    } catch (error) {
      const isConfig = error instanceof ConfigError
      console.error(`demo: ${isConfig ? error.faults.map(describeFault).join('\n  ') : messageOf(error)}`)
      process.exit(isConfig ? 2 : 1)
    }
  })

command
  .command('traffic')
  .description('play demo people through the gateway until stopped')
  .action(async () => {
    process.exit(
      await runUntilSignal({
        name: 'traffic',
        start: () => startTraffic(environment(trafficSettings)),
      }),
    )
  })

await command.parseAsync()
