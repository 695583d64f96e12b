# traind, and trainctl beside it.
#   docker build -t traind .
#   docker run --rm -p 50051:50051 -p 9464:9464 -v traind:/var/lib/traind traind

FROM debian:bookworm-slim AS build
WORKDIR /src
COPY scripts/install-dependencies.sh scripts/
RUN scripts/install-dependencies.sh --build-only
COPY . .
RUN cmake --preset release -DTRAIND_BUILD_TESTS=OFF \
 && cmake --build --preset release --target traind trainctl \
 && strip build/release/traind build/release/trainctl

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="traind" \
      org.opencontainers.image.description="Neural network training as a service" \
      org.opencontainers.image.licenses="Apache-2.0"
# The libraries that the two programs load; the -dev packages of install-dependencies.sh hold their headers.
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      libcivetweb1 libcsv3 libdnnl2 libgrpc++1.51 libisal2 libprometheus-cpp-core1.0 libprotobuf32 libsoci-sqlite3-4.0 \
      libspdlog1.10 libssl3 libyaml-cpp0.7 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/build/release/traind /src/build/release/trainctl /usr/local/bin/
RUN useradd --system --uid 10001 --home-dir /var/lib/traind --shell /usr/sbin/nologin traind \
 && install -d -o traind -g traind -m 0750 /var/lib/traind
USER 10001
VOLUME /var/lib/traind
EXPOSE 50051 9464
ENTRYPOINT ["/usr/local/bin/traind", "--data_dir=/var/lib/traind", "--grpc_address=0.0.0.0:50051", "--metrics_address=0.0.0.0:9464"]
