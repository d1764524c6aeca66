import { z } from "zod";

/** A function as it was uploaded. */
export interface Upload {
  slug: string;
  /** Text by path, as the bundler of the platform would see it. */
  files: Map<string, string>;
  metadata: z.infer<typeof Metadata>;
}

/** https://api.supabase.com/api/v1, "Deploy a function": the `metadata` part of the form. */
const Metadata = z.strictObject({
  name: z.string(),
  entrypoint_path: z.string(),
  import_map_path: z.string(),
  static_patterns: z.array(z.string()),
  verify_jwt: z.boolean(),
});

/** "Bulk delete secrets" takes their names. */
const Names = z.array(z.string());
const Secrets = z.array(z.strictObject({ name: z.string(), value: z.string() }));

export interface ManagementApi extends AsyncDisposable {
  url: string;
  uploads: Upload[];
  /** Those that were uploaded and not deleted, by their slugs. */
  deployed: Map<string, Upload>;
  /** Name → value. */
  secrets: Map<string, string>;
  /** Requests that it did not understand or allow. */
  refused: string[];
}

/** As much of Supabase's management API as `supabase functions` and `secrets` need, on loopback. */
export function startManagementApi(projectRef: string, token: string): ManagementApi {
  const uploads: Upload[] = [];
  const active = new Map<string, Upload>();
  const secrets = new Map<string, string>();
  const refused: string[] = [];
  const base = `/v1/projects/${projectRef}`;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const route = `${request.method} ${pathname}`;
    if (request.headers.get("authorization") !== `Bearer ${token}`) {
      refused.push(`${route}: wrong token`);
      return Response.json({ message: "Unauthorized" }, { status: 401 });
    }
    const [, slug] = pathname.match(new RegExp(`^${base}/functions/([\\w-]+)$`)) ?? [];
    // "Delete a function": 404 for one that is not there.
    if (request.method === "DELETE" && slug !== undefined && active.delete(slug)) return Response.json({});
    switch (route) {
      case `POST ${base}/functions/deploy`: {
        const upload = await readUpload(searchParams.get("slug") ?? "", await request.formData());
        uploads.push(upload);
        active.set(upload.slug, upload);
        return Response.json(described(upload, uploads.length), { status: 201 });
      }
      case `POST ${base}/secrets`: // "Bulk create secrets"
        for (const { name, value } of Secrets.parse(await request.json())) secrets.set(name, value);
        return new Response(null, { status: 201 });
      case `PUT ${base}/functions`: // activates what was bundled
        return Response.json({ functions: [...active.values()].map(described) });
      case `GET ${base}/functions`:
        return Response.json([...active.values()].map(described));
      case `DELETE ${base}/secrets`:
        for (const name of Names.parse(await request.json())) secrets.delete(name);
        return Response.json({});
      case `GET ${base}/secrets`:
        return Response.json([...secrets.keys()].map((name) => ({ name, value: "a digest" })));
      case `GET ${base}`:
        return Response.json({
          id: projectRef,
          ref: projectRef,
          name: "stand-in",
          region: "local",
          status: "ACTIVE_HEALTHY",
        });
    }
    refused.push(`${route}: no such route`);
    return Response.json({ message: "Not Found" }, { status: 404 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    uploads,
    deployed: active,
    secrets,
    refused,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function readUpload(slug: string, form: FormData): Promise<Upload> {
  const files = new Map<string, string>();
  for (const part of form.getAll("file")) {
    if (part instanceof File) files.set(part.name, await part.text());
  }
  const metadata = Metadata.parse(JSON.parse(z.string().parse(form.get("metadata"))));
  return { slug, files, metadata };
}

function described({ slug, metadata }: Upload, version: number): unknown {
  return {
    id: `00000000-0000-4000-8000-${String(version).padStart(12, "0")}`,
    slug,
    name: metadata.name,
    version: 1,
    status: "ACTIVE",
    verify_jwt: metadata.verify_jwt,
    entrypoint_path: metadata.entrypoint_path,
    import_map_path: metadata.import_map_path,
    created_at: 0,
    updated_at: 0,
  };
}
