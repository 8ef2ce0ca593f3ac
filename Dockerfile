# The steps are those of `make demo` on a bare Debian 12; tests/test_container.py runs them there, one by one.
FROM debian:bookworm-slim
RUN apt-get -qq update && apt-get install -y -qq --no-install-recommends ca-certificates python3 >/dev/null
WORKDIR /opt/exonym
COPY . .
RUN .ci/setup run && rm -rf /var/lib/apt/lists/*
# A new volume at /data begins with the house glossary; what is edited there stays.
RUN useradd --create-home --uid 10001 exonym && mkdir -p /models /data && cp glossary/names.yaml /data/ && chown -R exonym /models /data
# Everything that is written lies on these two, so that the root file system can be read-only.
ENV PATH=/opt/exonym/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/data/cache EXONYM_ARGOS_PACKAGES=/models EXONYM_GLOSSARY=/data/names.yaml EXONYM_DATABASE=sqlite:////data/exonym.db EXONYM_HOST=0.0.0.0
VOLUME ["/models", "/data"]
EXPOSE 5000
USER exonym
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["exonym", "health"]
ENTRYPOINT ["exonym"]
CMD ["serve"]
