# The steps are those of `make demo` on a bare Debian 12; tests/test_container.py runs them there, one by one.
FROM debian:bookworm-slim
RUN apt-get -qq update && apt-get install -y -qq --no-install-recommends ca-certificates python3 >/dev/null
WORKDIR /opt/exonym
COPY . .
RUN .ci/setup run && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 exonym && mkdir -p /models /data && chown exonym /models /data
# Everything that is written lies on these two, so that the root file system can be read-only.
ENV PATH=/opt/exonym/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 EXONYM_ARGOS_PACKAGES=/models XDG_CACHE_HOME=/data/cache
VOLUME ["/models", "/data"]
USER exonym
HEALTHCHECK --interval=60s --timeout=30s CMD ["exonym", "engines"]
ENTRYPOINT ["exonym"]
CMD ["--help"]
