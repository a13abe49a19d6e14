// One origin for everything: the portal at /, the APIs at /api/care and /api/research, as CloudFront does in the cloud,
// and sign-in at /sign-in.
// Where nothing answers, or the emulator refuses in words of its own, it answers with a problem document as API Gateway
// does in the cloud.
import { readFile, readFileSync, watchFile } from "node:fs";
import http from "node:http";
import { extname, join, normalize, sep } from "node:path";

const { PORT, AWS_PORT, ROUTES, CONFIG, STATIC } = process.env;
// CloudFront's own, told by whoever starts this: { pages, assets }, each name -> value.
const HEADERS = JSON.parse(process.env.HEADERS);
const MAX_BODY = 10 * 1024 * 1024; // API Gateway's own limit
// What refusals are written in by the functions themselves.
const OURS = ["application/problem+json", "application/fhir+json"];
const MAX_REFUSAL = 64 * 1024;
const MAX_HEADERS = 16 * 1024;

// Worded as in api/*.gateway.yaml.
const PROBLEMS = {
  400: ["malformed", "The request cannot be read"],
  401: ["unauthorized", "Sign in first"],
  403: ["forbidden", "You may not do this"],
  404: ["not-found", "There is no such thing"],
  405: ["method-not-allowed", "This cannot be done here"],
  413: ["too-large", "The request is too large"],
  415: ["unsupported-media-type", "Send JSON"],
  429: ["too-many-requests", "Too many requests"],
  431: ["too-large", "The request is too large"],
  500: ["internal", "Something went wrong on our side"],
  502: ["unavailable", "Please try again in a moment"],
  503: ["unavailable", "Please try again in a moment"],
  504: ["unavailable", "Please try again in a moment"],
};

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

// What the build has compressed, the smaller first.
const ENCODINGS = [["br", ".br"], ["gzip", ".gz"]];

// Headers that belong to one connection and not to the message.
const HOP_BY_HOP = new Set(["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]);

const agent = new http.Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 64, timeout: 60_000 });

// A deployment may give an API another id; the runtime then writes the file anew.
let routes = readRoutes();
watchFile(ROUTES, { interval: 100 }, () => { routes = readRoutes(); });

function readRoutes() {
  try {
    return JSON.parse(readFileSync(ROUTES, "utf8"));
  } catch {
    return {};
  }
}

function problem(status, instance) {
  const [slug, title] = PROBLEMS[status] ?? PROBLEMS[status < 500 ? 400 : 500];
  return JSON.stringify({ type: `https://salus.dev/problems/${slug}`, title, status, instance });
}

function refuse(request, response, status) {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = problem(status, pathOf(request.url));
  response.writeHead(status, { "content-type": "application/problem+json", "content-length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}

function pathOf(url) {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

function endToEnd(headers) {
  const kept = {};
  for (const name in headers) if (!HOP_BY_HOP.has(name)) kept[name] = headers[name];
  return kept;
}

function proxy(request, response, path, take = relay) {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY) {
    request.resume();
    refuse(request, response, 413);
    return;
  }
  const headers = endToEnd(request.headers);
  headers["x-forwarded-host"] = request.headers.host ?? "";
  headers["x-forwarded-proto"] = "http";
  headers.host = `127.0.0.1:${AWS_PORT}`;
  const upstream = http.request(
    { agent, host: "127.0.0.1", port: AWS_PORT, method: request.method, path, headers },
    (answer) => take(request, response, answer),
  );
  let size = 0;
  request.on("data", (chunk) => {
    size += chunk.length;
    if (size > MAX_BODY) {
      upstream.destroy();
      refuse(request, response, 413);
    }
  });
  upstream.on("error", () => { if (!response.writableEnded) refuse(request, response, 502); });
  response.on("close", () => { if (!response.writableFinished) upstream.destroy(); });
  request.pipe(upstream);
}

function pass(request, response, answer) {
  response.writeHead(answer.statusCode, endToEnd(answer.headers));
  answer.pipe(response);
}

function relay(request, response, answer) {
  const type = answer.headers["content-type"] ?? "";
  if (answer.statusCode < 400 || OURS.some((own) => type.startsWith(own)) || request.method === "HEAD") {
    pass(request, response, answer);
    return;
  }
  const chunks = [];
  let size = 0;
  answer.on("data", (chunk) => {
    size += chunk.length;
    if (size <= MAX_REFUSAL) chunks.push(chunk);
  });
  answer.on("end", () => {
    const body = Buffer.concat(chunks);
    if (size > MAX_REFUSAL || isBare(body, type)) {
      refuse(request, response, answer.statusCode);
      return;
    }
    const headers = endToEnd(answer.headers);
    headers["content-length"] = body.length;
    response.writeHead(answer.statusCode, headers);
    response.end(body);
  });
  answer.on("error", () => refuse(request, response, 502));
}

// API Gateway's own refusals carry `message` (or `Message`) and nothing that a function of ours would answer with.
function isBare(body, type) {
  if (!type.includes("json")) return true;
  try {
    const content = JSON.parse(body.toString("utf8"));
    return content === null || typeof content !== "object" || !("type" in content);
  } catch {
    return true;
  }
}

function serveFile(request, response, path) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    refuse(request, response, 405);
    return;
  }
  const wanted = safely(path);
  // The portal is one page with its own addresses: what is no file is that page.
  const name = extname(wanted) === "" ? "/index.html" : wanted;
  const packed = ENCODINGS.filter(([encoding]) => accepts(request, encoding));
  readFirst([...packed, ["", ""]], join(STATIC, name), (body, encoding) => {
    if (body === undefined) {
      refuse(request, response, 404);
      return;
    }
    response.writeHead(200, {
      ...(name.startsWith("/assets/") ? HEADERS.assets : HEADERS.pages),
      ...(encoding ? { "content-encoding": encoding } : {}),
      "content-type": TYPES[extname(name)] ?? "application/octet-stream",
      "content-length": body.length,
      vary: "Accept-Encoding",
    });
    response.end(request.method === "HEAD" ? undefined : body);
  });
}

// The first of a file's encodings that the build has made.
function readFirst([[encoding, suffix], ...others], path, done) {
  readFile(path + suffix, (error, body) => {
    if (!error) done(body, encoding);
    else if (others.length > 0) readFirst(others, path, done);
    else done();
  });
}

function accepts(request, encoding) {
  return (request.headers["accept-encoding"] ?? "").split(",").some((one) => one.trim() === encoding);
}

function safely(path) {
  try {
    return normalize(join(sep, decodeURIComponent(path).replaceAll("\0", "")));
  } catch {
    return sep;
  }
}

// What the browser has to know of this runtime; in the cloud the same file is an object in the portal's bucket.
function serveConfig(response) {
  readFile(CONFIG, (error, body) => {
    response.writeHead(error ? 503 : 200, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(error ? "{}" : body);
  });
}

// Cognito answers browsers on a host of its own in the cloud. Here the emulator has one address for everything, so only
// what a browser asks Cognito for is let through, and nothing that is signed.
function signIn(request, response) {
  const target = request.headers["x-amz-target"] ?? "";
  if (request.method !== "POST" || !target.startsWith("AWSCognitoIdentityProviderService.") || request.headers.authorization) {
    request.resume();
    refuse(request, response, 403);
    return;
  }
  // Its refusals are told in its own words, as in the cloud.
  proxy(request, response, "/", pass);
}

const server = http.createServer({ maxHeaderSize: MAX_HEADERS, keepAliveTimeout: 65_000 }, (request, response) => {
  const url = request.url;
  if (url === "/_front/routes") {
    response.end(JSON.stringify(routes));
    return;
  }
  if (url === "/config.json") {
    serveConfig(response);
    return;
  }
  if (url === "/sign-in") {
    signIn(request, response);
    return;
  }
  const match = /^\/api\/([a-z]+)(\/[^#]*)?$/.exec(url);
  if (!match) {
    if (url.startsWith("/api/")) refuse(request, response, 404);
    else serveFile(request, response, pathOf(url));
    return;
  }
  const base = routes[match[1]];
  if (base === undefined) refuse(request, response, match[1] === "care" || match[1] === "research" ? 502 : 404);
  else proxy(request, response, base + (match[2] ?? "/"));
});

server.on("clientError", (error, socket) => {
  if (!socket.writable) return;
  const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400;
  const body = problem(status, "/");
  socket.end(
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
});

server.listen(Number(PORT), "127.0.0.1");
process.on("SIGTERM", () => { process.exit(0); });
