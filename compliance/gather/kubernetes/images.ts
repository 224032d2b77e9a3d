/** The images of containers, by the names and tags that a kustomization gives them. */
import { entryOf } from '../shapes/values.ts'
import type { Value } from '../value.ts'
import type { Cost } from './patches.ts'
import { lookUnits, spend, type Work } from './work.ts'

export interface Image {
  readonly name: string
  readonly newName?: string
  /** `:tag` or `@digest`. */
  readonly version?: string
}

/** The images of one kustomization file. */
interface Images {
  readonly images: readonly Image[]
  readonly from: string
}

/** Puts the images of a kustomization into every container of an object, as far as the work goes. */
export function withImages(value: Value, by: Images, { work, size }: Cost): Value {
  if (by.images.length === 0 || !spend(work, size)) return value
  return withImagesBelow(value, { ...by, work })
}

type Change = Images & { readonly work: Work }

function withImagesBelow(value: Value, by: Change, key = ''): Value {
  if (value.kind === 'map') {
    const entries = [...value.entries].map(
      ([name, entry]) => [name, withImagesBelow(entry, by, name)] as const,
    )
    return { ...value, entries: new Map(entries) }
  }
  if (value.kind !== 'list') return value
  const items = value.items.map((item) => withImagesBelow(item, by))
  if (key !== 'containers' && key !== 'initContainers') return { ...value, items }
  return { ...value, items: items.map((item) => withImage(item, by)) }
}

function withImage(container: Value, by: Change): Value {
  const image = entryOf(container, 'image')
  if (container.kind !== 'map' || image?.kind !== 'plain') return container
  if (!spend(by.work, by.images.length * lookUnits)) return container
  const named = imageBy(String(image.value), by)
  if (named === image.value) return container
  const value = inPlaceOf(image, { kind: 'plain', value: named }, `images at ${by.from}`)
  return { ...container, entries: new Map([...container.entries, ['image', value] as const]) }
}

function imageBy(text: string, { images }: Images): string {
  let image = text
  for (const { name, newName = name, version } of images) {
    const [, own = '', old = ''] = /^([^@]*?)((?::[\w.-]+)?(?:@.*)?)$/.exec(image) ?? []
    if (own === name) image = `${newName}${version ?? old}`
  }
  return image
}

/** A value of a kustomization where the object says its own. */
export function inPlaceOf(own: Value, said: Value, step: string): Value {
  const { at: _at, ...placeless } = said
  return { ...placeless, trace: [step], ...(own.at === undefined ? {} : { at: own.at }) }
}
