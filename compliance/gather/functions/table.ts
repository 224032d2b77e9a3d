/** All functions of Terraform that are computed here, by name. */
import { collectionFunctions } from './collections.ts'
import { conversionFunctions } from './conversions.ts'
import { dateFunctions } from './dates.ts'
import type { FunctionDefinition } from './definition.ts'
import { encodingFunctions } from './encodings.ts'
import { fileFunctions } from './files.ts'
import { networkFunctions } from './networks.ts'
import { numberFunctions } from './numbers.ts'
import { stringFunctions } from './strings.ts'
import { structureFunctions } from './structures.ts'

export const functions: ReadonlyMap<string, FunctionDefinition> = new Map(
  [
    collectionFunctions,
    conversionFunctions,
    dateFunctions,
    encodingFunctions,
    fileFunctions,
    networkFunctions,
    numberFunctions,
    stringFunctions,
    structureFunctions,
  ].flatMap((table) => Object.entries(table)),
)

/** They give another result each time, or depend on where and when Terraform runs. */
export const changingFunctions: ReadonlySet<string> = new Set(['uuid', 'bcrypt', 'rsadecrypt', 'base64gzip'])
