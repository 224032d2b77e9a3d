/** Tries passwords of people who do not exist, as somebody with a stolen list would, as fast as one address may. */
import { randomBytes } from 'node:crypto'
import { drillTenant } from '../../contracts/faults.ts'
import { startLoops, type Loops } from '../traffic/loop.ts'
import { send } from '../wire/http.ts'

/** The gateway takes five logins a second from an address, and twenty at once: the rest it refuses by itself. */
const pauseMillis = 120

/** Starts to try. */
export async function startStuffing(gateway: string): Promise<Loops> {
  const attempt = async () => {
    const guess = randomBytes(6).toString('hex')
    const body = { tenant: drillTenant, email: `guess-${guess}@drill.example`, password: `wrong-${guess}` }
    const response = await send({
      who: 'the gateway',
      url: `${gateway}/api/auth/login`,
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: gateway },
      body: JSON.stringify(body),
    })
    await response.arrayBuffer()
  }
  return startLoops({ turns: [attempt], pauseMillis })
}
