/** Reads Snappy's block format, written from its description and sharing nothing with the compressor. */
export function unsnap(input: Uint8Array): Buffer {
  let at = 0
  const next = () => {
    const byte = input[at++]
    if (byte === undefined) throw new Error('the input breaks off')
    return byte
  }
  const little = (bytes: number) => {
    let value = 0
    for (let index = 0; index < bytes; index++) value += next() * 256 ** index
    return value
  }
  let size = 0
  for (let factor = 1; ; factor *= 128) {
    const byte = next()
    size += (byte & 0x7f) * factor
    if (byte < 0x80) break
  }
  const output: number[] = []
  const copy = (offset: number, length: number) => {
    if (offset === 0 || offset > output.length) throw new Error(`a copy from ${offset} bytes back`)
    for (let index = 0; index < length; index++) output.push(output[output.length - offset] ?? 0)
  }
  while (at < input.length) {
    const tag = next()
    const high = tag >>> 2
    if ((tag & 3) === 0) {
      const length = 1 + (high < 60 ? high : little(high - 59))
      for (let index = 0; index < length; index++) output.push(next())
    } else if ((tag & 3) === 1) copy((tag >>> 5) * 256 + next(), 4 + (high & 7))
    else copy(little((tag & 3) === 2 ? 2 : 4), high + 1)
  }
  if (output.length !== size) throw new Error(`${output.length} bytes, announced ${size}`)
  return Buffer.from(output)
}
