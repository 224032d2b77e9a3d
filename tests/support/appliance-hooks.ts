/** Root hooks of the end-to-end tests: whatever was started is stopped, also after a failure. */
import { stopSharedAppliance } from './appliance.ts'

export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(60_000)
    await stopSharedAppliance()
  },
}
