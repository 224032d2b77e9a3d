/** Paths of resources and instrumentation scopes. */
import type { Item } from '../item.ts'
import { attributes, count, text, type Fields } from './field.ts'

export const resourceFields: Fields<Item['resource']> = {
  attributes: attributes(({ resource }) => resource.attributes),
  dropped_attributes_count: count(
    ({ resource }) => resource.droppedAttributes,
    ({ resource }, value) => void (resource.droppedAttributes = value),
  ),
  schema_url: text(
    (owner) => owner.schemaUrl,
    (owner, value) => void (owner.schemaUrl = value),
  ),
}

export const scopeFields: Fields<NonNullable<Item['scope']>> = {
  name: text(
    ({ scope }) => scope.name,
    ({ scope }, value) => void (scope.name = value),
  ),
  version: text(
    ({ scope }) => scope.version,
    ({ scope }, value) => void (scope.version = value),
  ),
  attributes: attributes(({ scope }) => scope.attributes),
  dropped_attributes_count: count(
    ({ scope }) => scope.droppedAttributes,
    ({ scope }, value) => void (scope.droppedAttributes = value),
  ),
  schema_url: text(
    (owner) => owner.schemaUrl,
    (owner, value) => void (owner.schemaUrl = value),
  ),
}
