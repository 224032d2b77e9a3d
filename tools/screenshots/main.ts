/** `npm run screenshots`: takes the pictures of the README from the running appliance (`./campanile up` first). */
import { home, environment, portOf } from '../../lib/config.ts'
import { takeScreenshots } from './take.ts'

const settings = environment({ home, gateway: portOf('gateway'), console: portOf('console') })
await takeScreenshots({ ...settings, folder: 'docs/images', report: (line) => console.log(line) })
