/** The door of the heartbeat on loopback: beats and failing deliveries in, health and metrics out. */
import { jsonBody } from '../../lib/body.ts'
import { closeDoor, createDoor, listen, type Listening } from '../../lib/http.ts'
import { Refusal } from '../../lib/refusal.ts'
import type { Keeper } from './keeper.ts'
import type { Measures } from './measures.ts'
import { deliveriesFail, isBeat, maxNotificationBytes, validateNotification } from './notification.ts'

export interface DoorOptions {
  readonly port: number
  readonly keeper: Keeper
  readonly measures: Measures
  readonly onDefect: (error: unknown) => void
}

/** Opens `POST /beat`, `POST /alerts`, `GET /health` and `GET /metrics`. */
export async function openDoor({ port, keeper, measures, onDefect }: DoorOptions): Promise<Listening> {
  const door = createDoor({
    onRejected: measures.rejected,
    onDefect,
    health: keeper.fault,
    scrape: () => {
      measures.show(keeper.memory())
      return measures.scrape()
    },
  })
  door.post('/beat', jsonBody({ bytes: maxNotificationBytes, depth: 8 }), async (request, response) => {
    const outcome = validateNotification(request.body)
    if (!outcome.valid) {
      measures.beat('invalid')
      throw new Refusal('body_invalid', { faults: outcome.faults })
    }
    const counts = isBeat(outcome.value)
    measures.beat(counts ? 'accepted' : 'ignored')
    if (counts) await keeper.beat()
    response.json({ beat: counts })
  })
  door.post('/alerts', jsonBody({ bytes: maxNotificationBytes, depth: 8 }), async (request, response) => {
    const outcome = validateNotification(request.body)
    if (!outcome.valid) {
      measures.alert('invalid')
      throw new Refusal('body_invalid', { faults: outcome.faults })
    }
    const fail = deliveriesFail(outcome.value)
    measures.alert(fail === undefined ? 'ignored' : 'accepted')
    if (fail !== undefined) await keeper.deliveries(fail)
    response.json({ taken: fail !== undefined })
  })
  closeDoor(door)
  return listen(door, { port, onRejected: measures.rejected })
}
