/** A function with nothing in it. It runs as a function of the stack, beside the project's own. */
export default {
  fetch: async (request: Request): Promise<Response> => {
    await request.body?.cancel();
    return new Response("");
  },
};
