import { type Asset, ASSETS } from "./assets.ts";
import type { HttpReply } from "./http_reply.ts";
import { headerOf, type HttpRequest } from "./http_request.ts";
import type { HttpRoute } from "./http_route.ts";

/** The files of the pages. Everybody has them: they are in every copy of the executable. */
export const ASSET_ROUTES: readonly HttpRoute[] = ASSETS.map((asset) => ({
  method: "GET",
  path: asset.path,
  guard: "all",
  answer: ({ request }) => assetReply(asset, request),
}));

function assetReply({ contentType, bytes, etag }: Asset, { headers }: HttpRequest): HttpReply {
  // Kept, but asked for each time: after an update of the server the old files are of no use.
  const caching = { "Cache-Control": "no-cache", ETag: etag };
  const known = headerOf(headers, "if-none-match")?.split(",").map((tag) => tag.trim());
  if (known?.some((tag) => tag === etag || tag === `W/${etag}`)) {
    return { status: 304, headers: caching, body: "" };
  }
  return { status: 200, headers: { "Content-Type": contentType, ...caching }, body: bytes };
}
