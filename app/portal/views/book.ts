/** Book a room: choose room and day, see what is free, take a time; and one's own bookings. */
import { get, request } from '../api.ts'
import { announce, field, fill, h, select } from '../dom.ts'
import { emptyState, problemBox, ProblemError, type Words } from '../problem.ts'
import type { View } from '../router.ts'
import { endTimes, startTimes, type Stretch } from '../slots.ts'
import { dayBar } from './day-bar.ts'

interface Rooms {
  readonly timeZone: string
  readonly opens: string
  readonly closes: string
  readonly rooms: readonly {
    readonly id: string
    readonly name: string
    readonly building: string
    readonly capacity: number
  }[]
}

interface Booking extends Stretch {
  readonly id: string
  readonly roomName: string
}

export const book: View = {
  path: 'book',
  title: 'Book a room',
  about: 'Find a free room and take it.',
  roles: ['student', 'faculty', 'staff', 'registrar', 'admin'],
  show: async () => {
    const campus = await get<Rooms>('/api/booking/rooms')
    const own = h('div', {})
    const loadOwn = () => showOwn(own)
    await loadOwn()
    return h(
      'div',
      { class: 'stacked' },
      h(
        'div',
        {},
        h('h1', {}, 'Book a room'),
        h(
          'p',
          { class: 'lead' },
          `Rooms are open from ${campus.opens} to ${campus.closes}, ${campus.timeZone.replaceAll('_', ' ')} time.`,
        ),
      ),
      h(
        'div',
        { class: 'columns' },
        campus.rooms.length === 0
          ? emptyState('No rooms yet', 'Rooms appear here once the campus has some.')
          : picker(campus, loadOwn),
        h('section', { class: 'card' }, h('h2', {}, 'Your bookings'), own),
      ),
    )
  },
}

interface Choice {
  readonly campus: Rooms
  readonly room: HTMLSelectElement
  readonly date: HTMLInputElement
  readonly slots: HTMLElement
  readonly outcome: HTMLElement
  readonly onBooked: () => Promise<void>
}

function picker(campus: Rooms, onBooked: () => Promise<void>): HTMLElement {
  const room = roomSelect(campus.rooms)
  const today = todayIn(campus.timeZone)
  const date = h('input', { type: 'date', required: true, min: today, value: today })
  const choice: Choice = {
    campus,
    room,
    date,
    onBooked,
    slots: h('div', { class: 'stacked' }),
    outcome: h('div', {}),
  }
  const look = () => {
    fill(choice.outcome)
    // Times of another day must not stand beside the new date, where they could be booked.
    fill(choice.slots, h('p', { class: 'wait' }, 'Looking for free times…'))
    void showSlots(choice)
  }
  for (const control of [room, date]) control.addEventListener('change', look)
  look()
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, 'Find a time'),
    field('Room', room),
    field('Day', date),
    choice.slots,
    choice.outcome,
  )
}

/** Rooms under the building they are in, which is how people look for them and short enough for a phone. */
function roomSelect(rooms: Rooms['rooms']): HTMLSelectElement {
  const buildings = new Set(rooms.map(({ building }) => building))
  return h(
    'select',
    {},
    [...buildings].map((label) =>
      h(
        'optgroup',
        { label },
        rooms
          .filter(({ building }) => building === label)
          .map(({ id, name, capacity }) => h('option', { value: id }, `${name} (${capacity} seats)`)),
      ),
    ),
  )
}

async function showSlots(choice: Choice): Promise<void> {
  const { room, date, slots, campus } = choice
  if (date.value === '') return
  const asked = { date: date.value, room: room.value }
  const isStale = () => asked.date !== date.value || asked.room !== room.value
  const query = new URLSearchParams(asked)
  try {
    const { free } = await get<{ free: readonly Stretch[] }>(`/api/booking/bookings/available?${query}`)
    if (isStale()) return
    const starts = startTimes(free)
    announce(`${starts.length} times to begin at`)
    fill(
      slots,
      dayBar(free, campus),
      starts.length === 0
        ? emptyState('Nothing free on this day', 'Try another day or another room.')
        : timeForm(choice, free, starts),
    )
  } catch (error) {
    if (!isStale()) fill(slots, problemBox(error))
  }
}

function timeForm(choice: Choice, free: readonly Stretch[], starts: readonly string[]): HTMLElement {
  const options = (times: readonly string[]) => times.map((value) => ({ value, text: value }))
  const start = select(options(starts))
  const end = select(options(endTimes(free, start.value)))
  start.addEventListener('change', () => {
    const times = endTimes(free, start.value)
    fill(
      end,
      times.map((value) => h('option', { value }, value)),
    )
  })
  const button = h('button', { type: 'submit' }, 'Book')
  const submit = async (event: Event) => {
    event.preventDefault()
    button.disabled = true
    await take(choice, start.value, end.value)
    button.disabled = false
  }
  return h(
    'form',
    { onsubmit: (event: Event) => void submit(event) },
    h('div', { class: 'row' }, field('From', start), field('Until', end), button),
  )
}

async function take(choice: Choice, start: string, end: string): Promise<void> {
  const { room, date, outcome, onBooked } = choice
  try {
    await request('POST', '/api/booking/bookings', {
      room: room.value,
      start: `${date.value}T${start}`,
      end: `${date.value}T${end}`,
    })
    const done = `Booked from ${start} to ${end}.`
    fill(outcome, h('p', { class: 'note' }, done))
    await Promise.all([onBooked(), showSlots(choice)])
    announce(done)
  } catch (error) {
    const words = wordsFor(error)
    fill(outcome, problemBox(error, words))
    if (words === taken) await showSlots(choice)
  }
}

const taken: Words = {
  heading: 'Somebody else has just booked this time.',
  help: 'Nothing was booked. Choose another time, or another room.',
}
const full: Words = {
  heading: 'You have as many bookings ahead as you may.',
  help: 'Cancel one of yours to make room for another.',
}

/** Both are conflicts; only a time that is taken names the time as its fault. */
function wordsFor(error: unknown): Words {
  if (!(error instanceof ProblemError) || error.problem.code !== 'CONFLICT') return {}
  return (error.problem.faults ?? []).some(({ at }) => at === '/start') ? taken : full
}

async function showOwn(place: HTMLElement): Promise<void> {
  try {
    const { bookings } = await get<{ bookings: readonly Booking[] }>('/api/booking/bookings')
    const list = h(
      'ul',
      { class: 'list' },
      bookings.map((booking) => ownRow(booking, place)),
    )
    fill(
      place,
      bookings.length === 0 ? emptyState('Nothing booked', 'Pick a room and a time to begin.') : list,
    )
  } catch (error) {
    fill(place, problemBox(error))
  }
}

function ownRow({ id, roomName, start, end }: Booking, place: HTMLElement): HTMLElement {
  const cancel = async () => {
    try {
      await request('DELETE', `/api/booking/bookings/${id}`)
      await showOwn(place)
      announce('The booking is cancelled.')
    } catch (error) {
      place.prepend(problemBox(error))
    }
  }
  const day = new Date(`${start.slice(0, 10)}T12:00`).toLocaleDateString(undefined, { dateStyle: 'medium' })
  return h(
    'li',
    {},
    h(
      'span',
      { class: 'main' },
      h('strong', {}, roomName),
      h('span', { class: 'soft' }, `${day}, ${start.slice(-5)} to ${end.slice(-5)}`),
    ),
    h(
      'button',
      { type: 'button', class: 'danger small', onclick: () => void cancel() },
      'Cancel',
      h('span', { class: 'unseen' }, ` ${roomName} on ${day}`),
    ),
  )
}

/** Tells today's date by the campus's clock, `YYYY-MM-DD`. */
function todayIn(timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date())
}
