# traind, and trainctl beside it. docs/operations.md says how to run it; scripts/test-image.sh tries it.
#   docker build -t traind .                            on Debian 13, with oneDNN 3.7
#   docker build -t traind --build-arg DEBIAN=bookworm . on Debian 12, with oneDNN 2.6
ARG DEBIAN=trixie

FROM debian:${DEBIAN}-slim AS build
WORKDIR /src
COPY scripts/install-dependencies.sh scripts/
RUN scripts/install-dependencies.sh --build-only
COPY . .
RUN cmake --preset release -DTRAIND_BUILD_TESTS=OFF \
 && cmake --build --preset release --target traind trainctl \
 && strip build/release/traind build/release/trainctl \
 && scripts/runtime-packages.sh build/release/traind build/release/trainctl >runtime-packages

FROM debian:${DEBIAN}-slim
COPY --from=build /src/runtime-packages /src/LICENSE /usr/share/doc/traind/
RUN apt-get update -qq \
 && xargs env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      </usr/share/doc/traind/runtime-packages \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log \
 && useradd --system --uid 10001 --home-dir /var/lib/traind --shell /usr/sbin/nologin traind \
 && install -d -o traind -g traind -m 0750 /var/lib/traind
COPY --from=build /src/build/release/traind /src/build/release/trainctl /usr/local/bin/

# Whatever proxy the world outside is behind, this machine is not.
ENV no_grpc_proxy=127.0.0.1,localhost
# The one folder that is written to, so that the others may be read-only.
WORKDIR /var/lib/traind
VOLUME /var/lib/traind
USER 10001:10001
EXPOSE 50051 9464
# traind itself is process 1: SIGTERM reaches it, and it saves what its jobs are at.
ENTRYPOINT ["/usr/local/bin/traind", "--data_dir=/var/lib/traind", "--grpc_address=0.0.0.0:50051", "--metrics_address=0.0.0.0:9464"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["/usr/local/bin/trainctl", "health", "--timeout", "2"]

# Last, so that another commit makes another label and nothing else anew.
ARG DEBIAN
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="traind" \
      org.opencontainers.image.description="Neural network training as a service" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/debian:${DEBIAN}-slim"
