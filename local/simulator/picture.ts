/** The one picture that simulated phones send: a sunset, drawn here, so that no image has to be kept in the repository. */
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

const WIDTH = 480;
const HEIGHT = 360;
const HORIZON = 250;
const SUN = { x: 240, y: 225, radius: 70 };

type Colour = readonly [red: number, green: number, blue: number];

const mix = (from: Colour, to: Colour, share: number): Colour => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

function colourAt(x: number, y: number): Colour {
  if (y > HORIZON) {
    const glint = Math.abs(x - SUN.x) < 60 - (y - HORIZON) / 4 && y % 9 < 4;
    return glint ? [255, 196, 128] : mix([36, 62, 120], [16, 26, 60], (y - HORIZON) / (HEIGHT - HORIZON));
  }
  if (Math.hypot(x - SUN.x, y - SUN.y) < SUN.radius) return [255, 236, 170];
  return mix([58, 40, 120], [255, 148, 92], y / HORIZON);
}

/** A PNG of eight-bit RGB, a filter byte before each line. https://www.w3.org/TR/png-3/#4Concepts.FormatChunks */
function draw(): Uint8Array<ArrayBuffer> {
  const lines = new Uint8Array(HEIGHT * (1 + WIDTH * 3));
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) lines.set(colourAt(x, y), y * (1 + WIDTH * 3) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(lines)), chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([signature, ...chunks]));
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(type), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

let drawn: Uint8Array<ArrayBuffer> | null = null;

export const PICTURE_TYPE = "image/png";

export const picture = (): Uint8Array<ArrayBuffer> => drawn ??= draw();
