/** Which controls look at a resource, without asking each about every one. */
import type { Control } from '../controls/control.ts'
import type { Resource } from '../evidence.ts'

/** Controls by their place in the list, as far as kind and type decide it. */
interface Group {
  readonly looking: readonly number[]
  /** Those of them that ask more: they look at some of it and have to be asked about each. */
  readonly asking: ReadonlySet<number>
}

/** Thrown where a control asks more than kind and type. */
class AsksMore extends Error {}

/**
 * What controls said of kinds and types, for the life of the process. A control is pure: where it answers from kind and
 * type alone it answers the same for every resource of them.
 */
const known = new Map<string, WeakMap<Control, boolean | 'asks-more'>>()
/** Whoever writes scanned files chooses names of types; beyond so many, controls are asked again in each scan. */
const mostKnown = 5_000

/** Finds the controls that look at a resource. */
export class Applicable {
  private readonly controls: readonly Control[]
  private readonly groups = new Map<Resource['kind'], Map<string, Group>>()

  constructor(controls: readonly Control[]) {
    this.controls = controls
  }

  /** Lists their places in the list of controls, in its order. */
  to(resource: Resource): readonly number[] {
    const { looking, asking } = this.groupOf(resource)
    if (asking.size === 0) return looking
    return looking.filter((at) => !asking.has(at) || this.controls[at]?.applies(resource) === true)
  }

  /** Lists what each control looks at, by its place in the list of controls. */
  lists<T extends { readonly resource: Resource }>(found: readonly T[]): readonly (readonly T[])[] {
    const lists = this.controls.map((): T[] => [])
    for (const each of found) for (const at of this.to(each.resource)) lists[at]?.push(each)
    return lists
  }

  private groupOf({ kind, type }: Resource): Group {
    const types = this.groups.get(kind) ?? new Map<string, Group>()
    this.groups.set(kind, types)
    const group = types.get(type) ?? this.ask(kind, type)
    types.set(type, group)
    return group
  }

  private ask(kind: Resource['kind'], type: string): Group {
    const name = `${kind} ${type}`
    const said = known.get(name) ?? new WeakMap<Control, boolean | 'asks-more'>()
    if (known.size < mostKnown) known.set(name, said)
    const answers = this.controls.map((control) => {
      const answer = said.get(control) ?? answerOf(control, kind, type)
      said.set(control, answer)
      return answer
    })
    const places = [...answers.keys()]
    return {
      looking: places.filter((at) => answers[at] !== false),
      asking: new Set(places.filter((at) => answers[at] === 'asks-more')),
    }
  }
}

function answerOf(control: Control, kind: Resource['kind'], type: string): boolean | 'asks-more' {
  return control.sources.includes(kind) ? askByType(control, kind, type) : false
}

/** Shows the control a resource that has a kind and a type, and refuses to say more. */
function askByType(control: Control, kind: Resource['kind'], type: string): boolean | 'asks-more' {
  const refuse = (): never => {
    throw new AsksMore()
  }
  const bare: Resource = {
    kind,
    type,
    get name() {
      return refuse()
    },
    get address() {
      return refuse()
    },
    get position() {
      return refuse()
    },
    get attributes() {
      return refuse()
    },
    get scope() {
      return refuse()
    },
    get environment() {
      return refuse()
    },
  }
  try {
    return control.applies(bare)
  } catch (error) {
    if (error instanceof AsksMore) return 'asks-more'
    throw error
  }
}
