// Which part of a very long list is on screen. Web views cap the height of an element (Chromium near
// 16.7 million pixels, Firefox near 17.8, WebKit near 33.5), so a list that is higher than `cap` gets
// an element of that height, and its scroll position stands for a place in the list:
//
// - a wheel or a finger moves the list by as many pixels as it moved (`turn`);
// - the scroll bar's thumb goes to the place in proportion (`jump`), its ends to the exact ends;
// - afterwards the thumb is put where the place asks for (`thumb`), which moves nothing on screen.
//
// All functions are pure; VirtualList keeps the place and asks the page to scroll.

/** The highest element that we make; below what every engine draws exactly. */
export const cap = 8_000_000;

/** The sizes of a list, in pixels. */
export interface Extent {
  rows: number;
  row: number;
  viewport: number;
}

/** How high the list would be. */
export function height(extent: Extent): number {
  return extent.rows * extent.row;
}

/** How high the element is made. */
export function elementHeight(extent: Extent): number {
  return Math.min(cap, height(extent));
}

/** The last place: the end of the list stands at the end of the viewport. */
export function lastPlace(extent: Extent): number {
  return Math.max(0, height(extent) - extent.viewport);
}

function lastThumb(extent: Extent): number {
  return Math.max(0, elementHeight(extent) - extent.viewport);
}

/** Whether a scroll position is not simply the place. */
export function scaled(extent: Extent): boolean {
  return height(extent) > cap;
}

/** The place that a scroll position stands for. */
export function jump(extent: Extent, scrollTop: number): number {
  if (!scaled(extent)) return Math.min(scrollTop, lastPlace(extent));
  const last = lastThumb(extent);
  // Engines report fractions of a pixel; within one pixel of the end is the end.
  if (scrollTop >= last - 1) return lastPlace(extent);
  return (scrollTop / last) * lastPlace(extent);
}

/** The place after a move of so many pixels. */
export function turn(extent: Extent, place: number, by: number): number {
  return Math.min(lastPlace(extent), Math.max(0, place + by));
}

/** The scroll position for a place. Only the ends themselves lie at the ends. */
export function thumb(extent: Extent, place: number): number {
  if (!scaled(extent)) return place;
  const last = lastThumb(extent);
  if (place <= 0) return 0;
  if (place >= lastPlace(extent)) return last;
  return Math.min(
    last - 2,
    Math.max(2, Math.round((place / lastPlace(extent)) * last)),
  );
}

/** The rows to draw: what is on screen and a few on either side, never more than `most`. */
export function rowsToDraw(
  extent: Extent,
  place: number,
  beside = 6,
  most = 110,
): { first: number; end: number } {
  const first = Math.max(0, Math.floor(place / extent.row) - beside);
  const seen = Math.ceil(extent.viewport / extent.row) + 1;
  const wanted = Math.min(most, seen + 2 * beside);
  return { first, end: Math.min(extent.rows, first + wanted) };
}

/** The place at which a row is wholly on screen, as near as possible to where it was. */
export function placeForRow(
  extent: Extent,
  place: number,
  index: number,
): number {
  const top = index * extent.row;
  const bottom = top + extent.row;
  if (top < place) return top;
  if (bottom > place + extent.viewport) {
    return Math.min(lastPlace(extent), bottom - extent.viewport);
  }
  return place;
}
