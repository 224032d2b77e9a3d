/** Rooms and bookings of one tenant. Overlaps are refused by the database's exclusion constraint, not by this code. */
import { DatabaseError, type Pool, type Sdk, type Transaction } from '#sdk'
import type { Role } from '../../../contracts/services.ts'
import type { Campus, Interval } from '../domain/slots.ts'
import { statements } from './statements.ts'

/** Who is asking, as the access token says. */
export interface Booker {
  readonly tenant: string
  readonly account: string
  readonly role: Role
  /** True while the appliance runs on demo data. */
  readonly synthetic: boolean
}

export interface Room {
  readonly id: string
  readonly name: string
  readonly building: string
  readonly capacity: number
}

export interface OwnBooking extends Interval {
  readonly id: string
  readonly room: string
  readonly roomName: string
}

export type BookingOutcome =
  | { readonly status: 'booked'; readonly id: string }
  /** The room is taken for part of the time. */
  | { readonly status: 'conflict' }
  | { readonly status: 'quota' }
  | { readonly status: 'unknown_room' }
  /** The room is another tenant's. */
  | { readonly status: 'foreign' }

export interface Wish extends Interval {
  readonly room: string
  /** Most bookings the account may have ahead, this one included. */
  readonly quota: number
  readonly nowMillis: number
}

export interface BookingStore {
  /** Answers undefined for a tenant without a campus. */
  readonly readCampus: (tenant: string) => Promise<Campus | undefined>
  readonly listRooms: (tenant: string) => Promise<readonly Room[]>
  /** Lists when a room is taken within `open`. */
  readonly listTaken: (
    booker: Booker,
    room: string,
    open: Interval,
  ) => Promise<readonly Interval[] | 'unknown' | 'foreign'>
  readonly book: (booker: Booker, wish: Wish) => Promise<BookingOutcome>
  readonly listOwn: (booker: Booker, nowMillis: number) => Promise<readonly OwnBooking[]>
  /** Cancels an own booking that has not begun. */
  readonly cancel: (
    booker: Booker,
    id: string,
    nowMillis: number,
  ) => Promise<'cancelled' | 'unknown' | 'foreign'>
  /** Tells whether the database answers and the tables may be read. */
  readonly isReady: () => Promise<boolean>
}

/** How long a slow search waits in the database, in seconds: above the 0.5 s at which latency alerts. */
const slowSeconds = 0.75

/**
 * Opens the bookings on a pool of the role `booking_app`.
 *
 * @param isSlowFor tells whether a drill makes the searches of a tenant slow
 */
export function bookingStore(
  pool: Pool,
  audit: Sdk['audit'],
  isSlowFor: (tenant: string) => boolean = () => false,
): BookingStore {
  return {
    readCampus: (tenant) =>
      pool.inTenant(tenant, async (tx) => {
        const [campus] = await tx.query<Campus>(statements.readCampus)
        return campus
      }),
    listRooms: (tenant) => pool.inTenant(tenant, (tx) => tx.query<Room>(statements.listRooms)),
    listTaken: (booker, room, open) =>
      pool.inTenant(booker.tenant, async (tx) => {
        const place = await placeOf({ tx, audit }, booker, room)
        if (place !== 'known') return place
        if (isSlowFor(booker.tenant)) await tx.query(statements.wait, [slowSeconds])
        return tx.query<Interval>(statements.listTaken, [room, open.startMillis, open.endMillis])
      }),
    book: (booker, wish) => book({ pool, audit }, booker, wish),
    listOwn: (booker, nowMillis) =>
      pool.inTenant(booker.tenant, (tx) =>
        tx.query<OwnBooking>(statements.listOwn, [booker.account, nowMillis]),
      ),
    cancel: (booker, id, nowMillis) =>
      pool.inTenant(booker.tenant, (tx) => cancel({ tx, audit }, booker, { id, nowMillis })),
    isReady: () =>
      pool.transaction(async (tx) => {
        const [row] = await tx.query<{ readonly ready: boolean }>(statements.isReady)
        return row?.ready === true
      }),
  }
}

async function book(
  { pool, audit }: { readonly pool: Pool; readonly audit: Sdk['audit'] },
  booker: Booker,
  wish: Wish,
): Promise<BookingOutcome> {
  try {
    return await pool.inTenant(booker.tenant, async (tx) => {
      const place = await placeOf({ tx, audit }, booker, wish.room)
      if (place !== 'known') return { status: place === 'foreign' ? 'foreign' : 'unknown_room' }
      await tx.query(statements.lockAccount, [booker.account])
      const [ahead] = await tx.query<{ readonly upcoming: number }>(statements.countUpcoming, [
        booker.account,
        wish.nowMillis,
      ])
      if ((ahead?.upcoming ?? 0) >= wish.quota) return { status: 'quota' }
      await tx.query(statements.lockRoom, [wish.room])
      const id = await insert(tx, booker, wish)
      await record({ tx, audit }, booker, { action: 'booking.created', id })
      return { status: 'booked', id }
    })
  } catch (error) {
    if (isExclusionViolation(error)) return { status: 'conflict' }
    throw error
  }
}

async function insert(tx: Transaction, { tenant, account }: Booker, wish: Wish): Promise<string> {
  const [row] = await tx.query<{ readonly id: string }>(statements.insertBooking, [
    tenant,
    wish.room,
    account,
    wish.startMillis,
    wish.endMillis,
  ])
  // INSERT … RETURNING answers the row it wrote or throws.
  return (row as { readonly id: string }).id
}

/** A transaction and where its events are written. */
interface Recorder {
  readonly tx: Transaction
  readonly audit: Sdk['audit']
}

async function cancel(
  { tx, audit }: Recorder,
  booker: Booker,
  { id, nowMillis }: { readonly id: string; readonly nowMillis: number },
): Promise<'cancelled' | 'unknown' | 'foreign'> {
  const cancelled = await tx.query(statements.cancelBooking, [id, booker.account, nowMillis])
  if (cancelled.length === 0) return strangerOf({ tx, audit }, booker, { id, resource: 'booking' })
  await record({ tx, audit }, booker, { action: 'booking.cancelled', id })
  return 'cancelled'
}

/** A booking is no education record: it says who had a room, not how somebody studies. Hence class admin. */
async function record(
  { tx, audit }: Recorder,
  booker: Booker,
  { action, id }: { readonly action: 'booking.created' | 'booking.cancelled'; readonly id: string },
): Promise<void> {
  await audit.record(tx, {
    tenant: booker.tenant,
    facts: {
      class: 'admin',
      action,
      outcome: 'success',
      actorRole: booker.role,
      resource: 'booking',
      ...(booker.synthetic ? { synthetic: true } : {}),
    },
    personal: { actor: booker.account, resourceId: id },
  })
}

async function placeOf(
  recorder: Recorder,
  booker: Booker,
  room: string,
): Promise<'known' | 'unknown' | 'foreign'> {
  const found = await recorder.tx.query(statements.findRoom, [room])
  return found.length > 0 ? 'known' : strangerOf(recorder, booker, { id: room, resource: 'room' })
}

/** Tells an id that nobody has from one of another tenant, which is recorded without that id. */
async function strangerOf(
  { tx, audit }: Recorder,
  { tenant, account, role, synthetic }: Booker,
  { id, resource }: { readonly id: string; readonly resource: 'room' | 'booking' },
): Promise<'unknown' | 'foreign'> {
  const [row] = await tx.query<{ readonly isForeign: boolean }>(statements.isForeign, [id])
  if (row?.isForeign !== true) return 'unknown'
  await audit.record(tx, {
    tenant,
    facts: {
      class: 'security',
      action: 'tenant.crossed',
      outcome: 'denied',
      actorRole: role,
      reason: 'foreign_id',
      resource,
      ...(synthetic ? { synthetic: true } : {}),
    },
    personal: { actor: account },
  })
  return 'foreign'
}

/** SQLSTATE 23P01: the exclusion constraint found an overlap. */
function isExclusionViolation(error: unknown): boolean {
  return error instanceof DatabaseError && error.sqlState === '23P01'
}
